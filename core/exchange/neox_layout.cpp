// GPT-NeoX and Pythia (model_type gpt_neox). Its Linear weights are [out, in]; query_key_value
// holds, head by head, q, k and v of that head. Rotary embedding on a part of each head. Defaults
// are those of transformers' GPTNeoXConfig.
#include <cmath>

#include "core/config/field_values.h"
#include "core/exchange/layout.h"

namespace kairo {
namespace {

// Transformers writes `rope_parameters` since version 5, rotary_pct and rotary_emb_base before, and
// `rope_scaling` for other kinds of rotary embedding. A rope_scaling that is not empty counts
// instead of rope_parameters.
ConfigWords rope_section(const ConfigWords& words) {
  const ConfigWords scaling = words.section("rope_scaling");
  const ConfigWords parameters = words.section("rope_parameters");
  return scaling.is_empty() ? parameters : scaling;
}

void require_plain_rotary(const ConfigWords& rope) {
  const std::string older = rope.text("type", "default");
  const char* word = rope.has("rope_type") ? "rope_type" : "type";
  if (rope.text("rope_type", older) != "default") {
    rope.refuse(word, "default", "rotary embedding of another kind cannot be imported");
  }
  // What other kinds need and the default kind does not read.
  rope.ignore({"attention_factor", "beta_fast", "beta_slow", "factor", "finetuned",
               "high_freq_factor", "long_factor", "low_freq_factor", "mscale", "mscale_all_dim",
               "original_max_position_embeddings", "short_factor", "truncate"});
}

// Transformers 4 takes these words outside a section, transformers 5 leaves them out.
void require_same(const ConfigWords& words, const char* word, double used) {
  if (words.real(word, used) != used) {
    words.refuse(word, "the number in use, " + shortest(used),
                 "transformers 4 and 5 read it differently: write it into rope_parameters");
  }
}

// Pairs of dimensions are turned. Where an odd number d of them is asked for, transformers turns
// d + 1, pair i by base^(-2 i / d); that is 2 i / (d + 1) with another base.
void set_turned(int64_t asked, double base, TransformerOptions& options) {
  options.rotary_dim = asked + asked % 2;
  options.rotary_base =
      std::pow(base, static_cast<double>(options.rotary_dim) / static_cast<double>(asked));
}

void set_rotary(const ConfigWords& words, TransformerOptions& options) {
  const ConfigWords rope = rope_section(words);
  require_plain_rotary(rope);
  const double base = rope.real("rope_theta", words.real("rotary_emb_base", 10000));
  const double part = rope.real("partial_rotary_factor", words.real("rotary_pct", 0.25));
  rope.refuse_others();
  require_same(words, "rope_theta", base);
  require_same(words, "partial_rotary_factor", part);
  // Another width here than that of the heads changes which part is turned.
  const int64_t width = words.size("head_dim", options.d_head);
  const double turned = static_cast<double>(width) * part;
  if (!(turned >= 1 && turned < static_cast<double>(options.d_head) + 1)) {
    words.refuse(rope.has("partial_rotary_factor") ? "rope_parameters" : "rotary_pct",
                 "a part that turns from 1 to all " + std::to_string(options.d_head) +
                     " dimensions of a head");
  }
  options.positional_embedding_type = PositionalEmbedding::kRotary;
  set_turned(static_cast<int64_t>(turned), base, options);
  if (options.rotary_dim > options.d_head) {
    words.refuse("hidden_size", "heads of which whole pairs of dimensions are turned");
  }
}

TransformerOptions neox_options(const ConfigWords& words) {
  TransformerOptions options;
  options.n_layers = words.size("num_hidden_layers", 44);
  options.n_heads = words.size("num_attention_heads", 64);
  options.d_model = words.size("hidden_size", 6144);
  options.d_head = head_width(words, options, "num_attention_heads");
  options.d_mlp = words.size("intermediate_size", 24576);
  options.n_ctx = words.size("max_position_embeddings", 2048);
  options.d_vocab = words.size("vocab_size", 50432);
  options.act_fn = activation(words, "hidden_act", "gelu");
  options.eps = words.real("layer_norm_eps", 1e-5);
  options.parallel_attn_mlp = words.flag("use_parallel_residual", true);
  set_rotary(words, options);
  options.embed_dropout = options.resid_dropout = words.real("hidden_dropout", 0);
  options.attn_dropout = words.real("attention_dropout", 0);
  options.unembed_bias = false;
  options.tie_embeddings = words.flag("tie_word_embeddings", false);
  // For the weights, below.
  words.flag("attention_bias", true);
  return options;
}

std::vector<float> take_bias(WeightSource& weights, const std::string& name, int64_t size,
                             bool there) {
  if (there) return weights.take(name, {size});
  return std::vector<float>(static_cast<std::size_t>(size));
}

void take_neox_attention(WeightSource& weights, const TransformerOptions& options, bool has_biases,
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

void take_neox_mlp(WeightSource& weights, const TransformerOptions& options,
                   const std::string& from, const std::string& to,
                   std::vector<NamedArray>& parameters) {
  const int64_t model = options.d_model, mlp = options.d_mlp;
  parameters.push_back(transposed(
      to + "W_in", weights.take(from + "dense_h_to_4h.weight", {mlp, model}), mlp, model));
  parameters.push_back({to + "b_in", {mlp}, weights.take(from + "dense_h_to_4h.bias", {mlp})});
  parameters.push_back(transposed(
      to + "W_out", weights.take(from + "dense_4h_to_h.weight", {model, mlp}), model, mlp));
  parameters.push_back({to + "b_out", {model}, weights.take(from + "dense_4h_to_h.bias", {model})});
}

std::vector<NamedArray> neox_parameters(WeightSource& weights, const TransformerOptions& options,
                                        const ConfigWords& words) {
  const int64_t model = options.d_model;
  const bool has_biases = words.flag("attention_bias", true);
  const Roots roots = roots_of(weights, "final_layer_norm.weight", "gpt_neox.");
  // The head's name since transformers 5, if it was saved without going back to the older one.
  const bool newer = weights.has(roots.head + "lm_head.weight");
  const TokenTensors tokens = {roots.body + "embed_in.weight",
                               roots.head + (newer ? "lm_head.weight" : "embed_out.weight")};
  std::vector<NamedArray> parameters;
  take_embedding(weights, options, tokens, parameters);
  for (int64_t layer = 0; layer < options.n_layers; ++layer) {
    const std::string from = roots.body + "layers." + std::to_string(layer) + ".";
    const std::string to = "blocks." + std::to_string(layer) + ".";
    take_norm(weights, from + "input_layernorm", to + "ln1", model, parameters);
    take_neox_attention(weights, options, has_biases, from + "attention.", to + "attn.",
                        parameters);
    take_norm(weights, from + "post_attention_layernorm", to + "ln2", model, parameters);
    take_neox_mlp(weights, options, from + "mlp.", to + "mlp.", parameters);
  }
  take_norm(weights, roots.body + "final_layer_norm", "ln_final", model, parameters);
  take_unembedding(weights, options, tokens, parameters);
  return parameters;
}

}  // namespace

Layout neox_layout() {
  return {"gpt_neox",
          neox_options,
          neox_parameters,
          {".attention.bias", ".attention.masked_bias", "rotary_emb.inv_freq",
           "rotary_emb.cos_cached", "rotary_emb.sin_cached"},
          {"classifier_dropout"}};
}

}  // namespace kairo
