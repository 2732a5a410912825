// GPT-2 (model_type gpt2). Its Conv1D weights are [in, out]; c_attn holds q, k and v side by side,
// each all heads. Files of the bare model lack the prefix "transformer.".
#include "core/exchange/layout.h"

namespace kairo {
namespace {

ModelOptions gpt2_options(const ConfigWords& words) {
  if (words.flag("scale_attn_by_inverse_layer_idx", false)) {
    words.refuse("scale_attn_by_inverse_layer_idx", "false");
  }
  if (!words.flag("scale_attn_weights", true)) words.refuse("scale_attn_weights", "true");
  if (words.flag("add_cross_attention", false)) words.refuse("add_cross_attention", "false");
  ModelOptions options;
  options.n_layers = words.size("n_layer");
  options.n_heads = words.size("n_head");
  options.d_model = words.size("n_embd");
  options.d_head = head_width(words, options.d_model, "n_head");
  options.d_mlp = words.has("n_inner") ? words.size("n_inner") : 4 * options.d_model;
  options.n_ctx = words.size("n_positions");
  options.d_vocab = words.size("vocab_size");
  options.act_fn = activation(words, "activation_function");
  options.eps = words.real("layer_norm_epsilon", 1e-5);
  return options;
}

void take_attention(WeightSource& weights, const ModelOptions& options, const std::string& from,
                    const std::string& to, std::vector<NamedArray>& parameters) {
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
  }
  parameters.push_back(
      {to + "W_O", {heads, width, model}, weights.take(from + "c_proj.weight", {model, model})});
  parameters.push_back({to + "b_O", {model}, weights.take(from + "c_proj.bias", {model})});
}

void take_mlp(WeightSource& weights, const ModelOptions& options, const std::string& from,
              const std::string& to, std::vector<NamedArray>& parameters) {
  const int64_t model = options.d_model, mlp = options.d_mlp;
  parameters.push_back(
      {to + "W_in", {model, mlp}, weights.take(from + "c_fc.weight", {model, mlp})});
  parameters.push_back({to + "b_in", {mlp}, weights.take(from + "c_fc.bias", {mlp})});
  parameters.push_back(
      {to + "W_out", {mlp, model}, weights.take(from + "c_proj.weight", {mlp, model})});
  parameters.push_back({to + "b_out", {model}, weights.take(from + "c_proj.bias", {model})});
}

std::vector<NamedArray> gpt2_parameters(WeightSource& weights, const ModelOptions& options,
                                        const ConfigWords& words) {
  const int64_t model = options.d_model;
  const std::string prefix = weights.has("wte.weight") ? "" : "transformer.";
  std::vector<NamedArray> parameters;
  parameters.push_back({"embed.W_E",
                        {options.d_vocab, model},
                        weights.take(prefix + "wte.weight", {options.d_vocab, model})});
  parameters.push_back({"pos_embed.W_pos",
                        {options.n_ctx, model},
                        weights.take(prefix + "wpe.weight", {options.n_ctx, model})});
  for (int64_t layer = 0; layer < options.n_layers; ++layer) {
    const std::string from = prefix + "h." + std::to_string(layer) + ".";
    const std::string to = "blocks." + std::to_string(layer) + ".";
    take_norm(weights, from + "ln_1", to + "ln1", model, parameters);
    take_attention(weights, options, from + "attn.", to + "attn.", parameters);
    take_norm(weights, from + "ln_2", to + "ln2", model, parameters);
    take_mlp(weights, options, from + "mlp.", to + "mlp.", parameters);
  }
  take_norm(weights, prefix + "ln_f", "ln_final", model, parameters);
  take_unembedding(weights, options, words.flag("tie_word_embeddings", true), "lm_head.weight",
                   parameters);
  return parameters;
}

}  // namespace

Layout gpt2_layout() {
  return {"gpt2", gpt2_options, gpt2_parameters, {".attn.bias", ".attn.masked_bias"}};
}

}  // namespace kairo
