// GPT-2 (model_type gpt2). Its Conv1D weights are [in, out]; c_attn holds q, k and v side by side,
// each all heads. Defaults and the words' other names are those of transformers' GPT2Config.
#include <cmath>

#include "core/exchange/layout.h"

namespace kairo {
namespace {

// A size under its name or the one that all of transformers' models share.
int64_t named_size(const ConfigWords& words, const char* name, const char* other,
                   int64_t otherwise) {
  if (!words.has(other)) return words.size(name, otherwise);
  const int64_t size = words.size(other, otherwise);
  if (words.size(name, size) != size) {
    words.refuse(other, "the same as " + std::string(name), "one of the two is wrong");
  }
  return size;
}

TransformerOptions gpt2_options(const ConfigWords& words) {
  words.require_off({"add_cross_attention"});
  TransformerOptions options;
  options.n_layers = named_size(words, "n_layer", "num_hidden_layers", 12);
  options.n_heads = named_size(words, "n_head", "num_attention_heads", 12);
  options.d_model = named_size(words, "n_embd", "hidden_size", 768);
  options.d_head = head_width(words, options, "n_head");
  options.d_mlp = 4 * options.d_model;
  if (words.has("n_inner")) options.d_mlp = words.size("n_inner", options.d_mlp);
  options.n_ctx = named_size(words, "n_positions", "max_position_embeddings", 1024);
  options.d_vocab = words.size("vocab_size", 50257);
  options.act_fn = activation(words, "activation_function", "gelu_new");
  options.eps = words.real("layer_norm_epsilon", 1e-5);
  options.embed_dropout = words.real("embd_pdrop", 0.1);
  options.attn_dropout = words.real("attn_pdrop", 0.1);
  options.resid_dropout = words.real("resid_pdrop", 0.1);
  options.unembed_bias = false;
  options.tie_embeddings = words.flag("tie_word_embeddings", true);
  // For the weights, below.
  words.flag("scale_attn_weights", true);
  words.flag("scale_attn_by_inverse_layer_idx", false);
  return options;
}

// Scores here are always q k / sqrt(d_head). A model that leaves out the root, or divides by the
// layer's number too, has the factor in its queries: hook_q and W_Q differ from transformers' by
// it, scores and all that follows do not.
float query_factor(const ConfigWords& words, const TransformerOptions& options, int64_t layer) {
  double factor = 1;
  if (!words.flag("scale_attn_weights", true)) {
    factor = std::sqrt(static_cast<double>(options.d_head));
  }
  if (words.flag("scale_attn_by_inverse_layer_idx", false)) {
    factor /= static_cast<double>(layer + 1);
  }
  return static_cast<float>(factor);
}

void scale(NamedArray& array, float factor) {
  for (float& value : array.values) value *= factor;
}

void take_attention(WeightSource& weights, const TransformerOptions& options, float q_factor,
                    const std::string& from, const std::string& to,
                    std::vector<NamedArray>& parameters) {
  const int64_t model = options.d_model, heads = options.n_heads, width = options.d_head;
  const std::vector<float> fused = weights.take(from + "c_attn.weight", {model, 3 * model});
  const std::vector<float> biases = weights.take(from + "c_attn.bias", {3 * model});
  const std::string letters = "QKV";
  for (int64_t which = 0; which < 3; ++which) {
    const char letter = letters[static_cast<std::size_t>(which)];
    parameters.push_back(rearranged(to + "W_" + letter, fused,
                                    {{heads, model, width}, {width, 3 * model, 1}, which * model}));
    parameters.push_back(
        rearranged(to + "b_" + letter, biases, {{heads, width}, {width, 1}, which * model}));
    if (letter != 'Q') continue;
    scale(*(parameters.end() - 2), q_factor);
    scale(parameters.back(), q_factor);
  }
  parameters.push_back(
      {to + "W_O", {heads, width, model}, weights.take(from + "c_proj.weight", {model, model})});
  parameters.push_back({to + "b_O", {model}, weights.take(from + "c_proj.bias", {model})});
}

void take_mlp(WeightSource& weights, const TransformerOptions& options, const std::string& from,
              const std::string& to, std::vector<NamedArray>& parameters) {
  const int64_t model = options.d_model, mlp = options.d_mlp;
  parameters.push_back(
      {to + "W_in", {model, mlp}, weights.take(from + "c_fc.weight", {model, mlp})});
  parameters.push_back({to + "b_in", {mlp}, weights.take(from + "c_fc.bias", {mlp})});
  parameters.push_back(
      {to + "W_out", {mlp, model}, weights.take(from + "c_proj.weight", {mlp, model})});
  parameters.push_back({to + "b_out", {model}, weights.take(from + "c_proj.bias", {model})});
}

std::vector<NamedArray> gpt2_parameters(WeightSource& weights, const TransformerOptions& options,
                                        const ConfigWords& words) {
  const int64_t model = options.d_model;
  const Roots roots = roots_of(weights, "ln_f.weight", "transformer.");
  const std::string& prefix = roots.body;
  const TokenTensors tokens = {prefix + "wte.weight", roots.head + "lm_head.weight"};
  std::vector<NamedArray> parameters;
  take_embedding(weights, options, tokens, parameters);
  parameters.push_back({"pos_embed.W_pos",
                        {options.n_ctx, model},
                        weights.take(prefix + "wpe.weight", {options.n_ctx, model})});
  for (int64_t layer = 0; layer < options.n_layers; ++layer) {
    const std::string from = prefix + "h." + std::to_string(layer) + ".";
    const std::string to = "blocks." + std::to_string(layer) + ".";
    take_norm(weights, from + "ln_1", to + "ln1", model, parameters);
    take_attention(weights, options, query_factor(words, options, layer), from + "attn.",
                   to + "attn.", parameters);
    take_norm(weights, from + "ln_2", to + "ln2", model, parameters);
    take_mlp(weights, options, from + "mlp.", to + "mlp.", parameters);
  }
  take_norm(weights, prefix + "ln_f", "ln_final", model, parameters);
  take_unembedding(weights, options, tokens, parameters);
  return parameters;
}

}  // namespace

Layout gpt2_layout() {
  return {"gpt2",
          gpt2_options,
          gpt2_parameters,
          {".attn.bias", ".attn.masked_bias"},
          {"n_ctx", "n_special", "predict_special_tokens", "reorder_and_upcast_attn",
           "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type",
           "summary_use_proj"}};
}

}  // namespace kairo
