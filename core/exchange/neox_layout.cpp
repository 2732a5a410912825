// GPT-NeoX and Pythia (model_type gpt_neox). Its Linear weights are [out, in]; query_key_value
// holds, head by head, q, k and v of that head. Rotary embedding on a part of each head.
#include <cmath>

#include "core/exchange/layout.h"

namespace kairo {
namespace {

// Since transformers 5 in `rope_parameters`; before in rotary_pct and rotary_emb_base, with
// `rope_scaling` for what is not plain rotary embedding.
void set_rotary(const ConfigWords& words, ModelOptions& options) {
  for (const char* section : {"rope_parameters", "rope_scaling"}) {
    const ConfigWords rope = words.section(section);
    for (const char* word : {"rope_type", "type"}) {
      if (rope.text(word, "default") != "default") rope.refuse(word, "default");
    }
  }
  const ConfigWords rope = words.section("rope_parameters");
  options.positional_embedding_type = PositionalEmbedding::kRotary;
  options.rotary_base = rope.real("rope_theta", words.real("rotary_emb_base", 10000));
  const double part = rope.real("partial_rotary_factor", words.real("rotary_pct", 0.25));
  if (!(part > 0 && part <= 1)) {
    words.refuse(rope.has("partial_rotary_factor") ? "rope_parameters" : "rotary_pct",
                 "a part of each head in (0, 1]");
  }
  options.rotary_dim = static_cast<int64_t>(static_cast<double>(options.d_head) * part);
  if (options.rotary_dim == 0 || options.rotary_dim % 2 != 0) {
    words.refuse("hidden_size", "heads of which whole pairs of dimensions are turned");
  }
}

ModelOptions neox_options(const ConfigWords& words) {
  ModelOptions options;
  options.n_layers = words.size("num_hidden_layers");
  options.n_heads = words.size("num_attention_heads");
  options.d_model = words.size("hidden_size");
  options.d_head = head_width(words, options.d_model, "num_attention_heads");
  options.d_mlp = words.size("intermediate_size");
  options.n_ctx = words.size("max_position_embeddings");
  options.d_vocab = words.size("vocab_size");
  options.act_fn = activation(words, "hidden_act");
  options.eps = words.real("layer_norm_eps", 1e-5);
  options.parallel_attn_mlp = words.flag("use_parallel_residual", true);
  set_rotary(words, options);
  return options;
}

std::vector<float> take_bias(WeightSource& weights, const std::string& name, int64_t size,
                             bool there) {
  if (there) return weights.take(name, {size});
  return std::vector<float>(static_cast<std::size_t>(size));
}

void take_neox_attention(WeightSource& weights, const ModelOptions& options, bool has_biases,
                         const std::string& from, const std::string& to,
                         std::vector<NamedArray>& parameters) {
  const int64_t model = options.d_model, heads = options.n_heads, width = options.d_head;
  const std::vector<float> fused =
      weights.take(from + "query_key_value.weight", {3 * model, model});
  const std::vector<float> biases =
      take_bias(weights, from + "query_key_value.bias", 3 * model, has_biases);
  const std::string letters = "QKV";
  for (int64_t which = 0; which < 3; ++which) {
    const char letter = letters[static_cast<std::size_t>(which)];
    parameters.push_back(
        rearranged(to + "W_" + letter, fused,
                   {{heads, model, width}, {3 * width * model, 1, model}, which * width * model}));
    parameters.push_back(
        rearranged(to + "b_" + letter, biases, {{heads, width}, {3 * width, 1}, which * width}));
  }
  const std::vector<float> output = weights.take(from + "dense.weight", {model, model});
  parameters.push_back(
      rearranged(to + "W_O", output, {{heads, width, model}, {width, 1, model}, 0}));
  parameters.push_back(
      {to + "b_O", {model}, take_bias(weights, from + "dense.bias", model, has_biases)});
}

void take_neox_mlp(WeightSource& weights, const ModelOptions& options, const std::string& from,
                   const std::string& to, std::vector<NamedArray>& parameters) {
  const int64_t model = options.d_model, mlp = options.d_mlp;
  parameters.push_back(transposed(
      to + "W_in", weights.take(from + "dense_h_to_4h.weight", {mlp, model}), mlp, model));
  parameters.push_back({to + "b_in", {mlp}, weights.take(from + "dense_h_to_4h.bias", {mlp})});
  parameters.push_back(transposed(
      to + "W_out", weights.take(from + "dense_4h_to_h.weight", {model, mlp}), model, mlp));
  parameters.push_back({to + "b_out", {model}, weights.take(from + "dense_4h_to_h.bias", {model})});
}

std::vector<NamedArray> neox_parameters(WeightSource& weights, const ModelOptions& options,
                                        const ConfigWords& words) {
  const int64_t model = options.d_model;
  const bool has_biases = words.flag("attention_bias", true);
  std::vector<NamedArray> parameters;
  parameters.push_back({"embed.W_E",
                        {options.d_vocab, model},
                        weights.take("gpt_neox.embed_in.weight", {options.d_vocab, model})});
  for (int64_t layer = 0; layer < options.n_layers; ++layer) {
    const std::string from = "gpt_neox.layers." + std::to_string(layer) + ".";
    const std::string to = "blocks." + std::to_string(layer) + ".";
    take_norm(weights, from + "input_layernorm", to + "ln1", model, parameters);
    take_neox_attention(weights, options, has_biases, from + "attention.", to + "attn.",
                        parameters);
    take_norm(weights, from + "post_attention_layernorm", to + "ln2", model, parameters);
    take_neox_mlp(weights, options, from + "mlp.", to + "mlp.", parameters);
  }
  take_norm(weights, "gpt_neox.final_layer_norm", "ln_final", model, parameters);
  take_unembedding(weights, options, words.flag("tie_word_embeddings", false), "embed_out.weight",
                   parameters);
  return parameters;
}

}  // namespace

Layout neox_layout() {
  return {"gpt_neox",
          neox_options,
          neox_parameters,
          {".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq"}};
}

}  // namespace kairo
