#include "core/exchange/silent_words.h"

namespace kairo {

const std::vector<std::string>& silent_words() {
  static const std::vector<std::string> kWords = {
      // Where the model came from, and with what it is stored or run. The number format is that of
      // the tensors; the imported model computes in float32.
      "architectures", "attn_implementation", "auto_map", "custom_pipelines", "dtype",
      "experts_implementation", "finetuning_task", "license", "model_max_length", "model_name",
      "name_or_path", "task", "task_specific_params", "tokenizer_class", "torch_dtype",
      "torchscript", "transformers_version", "unsloth_fixed", "unsloth_version", "use_bfloat16",
      // What a call returns or keeps.
      "is_decoder", "output_attentions", "output_hidden_states", "output_past", "return_dict",
      "return_dict_in_generate", "use_cache", "use_return_dict",
      // Training, and other heads.
      "chunk_size_feed_forward", "cross_attention_hidden_size", "gradient_checkpointing",
      "id2label", "initializer_range", "label2id", "num_labels", "problem_type", "tf_legacy_loss",
      "tie_encoder_decoder",
      // Generation.
      "assistant_confidence_threshold", "assistant_lookbehind", "bad_words_ids",
      "begin_suppress_tokens", "bos_token_id", "cls_token_id", "decoder_start_token_id",
      "diversity_penalty", "do_sample", "early_stopping", "encoder_no_repeat_ngram_size",
      "encoder_repetition_penalty", "eos_token_id", "epsilon_cutoff", "eta_cutoff",
      "exponential_decay_length_penalty", "forced_bos_token_id", "forced_eos_token_id",
      "length_penalty", "mask_token_id", "max_length", "max_new_tokens", "min_length",
      "min_new_tokens", "no_repeat_ngram_size", "num_assistant_tokens",
      "num_assistant_tokens_schedule", "num_beam_groups", "num_beams", "num_return_sequences",
      "output_scores", "pad_token_id", "prefix", "remove_invalid_values", "repetition_penalty",
      "sep_token_id", "suppress_tokens", "target_lookbehind", "temperature", "top_k", "top_p",
      "typical_p", "unk_token_id"};
  return kWords;
}

}  // namespace kairo
