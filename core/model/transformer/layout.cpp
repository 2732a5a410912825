#include "core/model/transformer/layout.h"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace kairo {
namespace {

void add_norm(const TransformerOptions& options, const std::string& name, ParameterLayout& layout) {
  if (options.normalization_type != Normalization::kLN) return;
  layout.add(name + ".w", {options.d_model});
  layout.add(name + ".b", {options.d_model});
}

// q, k and v are columns of one slice, in this order.
void add_attention(const TransformerOptions& options, const std::string& prefix,
                   ParameterLayout& layout) {
  using Slice = ParameterLayout::Slice;
  const int64_t heads = options.n_heads, width = options.d_head, model = options.d_model;
  const Slice weights = layout.add_slice(prefix + "W_QKV", {model, 3 * heads * width});
  const Slice biases = layout.add_slice(prefix + "b_QKV", {3 * heads * width});
  const Slice output = layout.add_slice(prefix + "W_O", {heads * width, model});
  const char* letters[] = {"Q", "K", "V"};
  for (int64_t which = 0; which < 3; ++which) {
    const int64_t first = which * heads * width;
    layout.add_view({prefix + "W_" + letters[which],
                     {heads, model, width},
                     {width, 3 * heads * width, 1},
                     weights.offset + first});
    layout.add_view(
        {prefix + "b_" + letters[which], {heads, width}, {width, 1}, biases.offset + first});
  }
  layout.add_whole_view(prefix + "W_O", {heads, width, model}, output);
  layout.add(prefix + "b_O", {model});
}

void add_block_parameters(const TransformerOptions& options, int64_t layer,
                          ParameterLayout& layout) {
  const std::string prefix = "blocks." + std::to_string(layer) + ".";
  add_norm(options, prefix + "ln1", layout);
  add_attention(options, prefix + "attn.", layout);
  if (options.attn_only) return;
  add_norm(options, prefix + "ln2", layout);
  layout.add(prefix + "mlp.W_in", {options.d_model, options.d_mlp});
  layout.add(prefix + "mlp.b_in", {options.d_mlp});
  layout.add(prefix + "mlp.W_out", {options.d_mlp, options.d_model});
  layout.add(prefix + "mlp.b_out", {options.d_model});
}

}  // namespace

ParameterLayout transformer_layout(const TransformerOptions& options) {
  ParameterLayout layout;
  const ParameterLayout::Slice embedding =
      layout.add("embed.W_E", {options.d_vocab, options.d_model});
  if (options.positional_embedding_type == PositionalEmbedding::kStandard) {
    layout.add("pos_embed.W_pos", {options.n_ctx, options.d_model});
  }
  for (int64_t layer = 0; layer < options.n_layers; ++layer) {
    add_block_parameters(options, layer, layout);
  }
  add_norm(options, "ln_final", layout);
  if (options.tie_embeddings) {
    layout.add_tied_transpose("unembed.W_U", embedding);
  } else {
    layout.add("unembed.W_U", {options.d_model, options.d_vocab});
  }
  if (options.unembed_bias) layout.add("unembed.b_U", {options.d_vocab});
  return layout;
}

FlatParameters transformer_parameters(const TransformerOptions& options, at::Device device,
                                      WeightGradients gradients) {
  return FlatParameters(transformer_layout(options), options.dtype, device, gradients);
}

namespace {

// Of the weight whose last name is `word`.
double initial_deviation(const TransformerOptions& options, const std::string& word) {
  if (options.init_mode == InitMode::kGpt2) {
    return 0.8 / std::sqrt(static_cast<double>(options.d_model));
  }
  const bool writes = word == "W_O" || word == "W_out";
  return writes ? 0.02 / std::sqrt(2.0 * static_cast<double>(options.n_layers)) : 0.02;
}

}  // namespace

void initialize(FlatParameters& parameters, const TransformerOptions& options) {
  const torch::NoGradGuard no_grad;
  uint64_t stream = 0;
  for (const ParameterView& view : parameters.views()) {
    Random random(static_cast<uint64_t>(std::max<int64_t>(0, options.seed)), ++stream);
    at::Tensor target = view.of(parameters.values());
    const std::string word = view.name.substr(view.name.rfind('.') + 1);
    if (word == "w") {
      target.fill_(1);
    } else if (word[0] == 'W') {
      const double deviation = initial_deviation(options, word);
      at::Tensor drawn = at::empty(view.shape, at::kDouble);
      double* numbers = drawn.data_ptr<double>();
      for (int64_t i = 0; i < drawn.numel(); ++i) numbers[i] = deviation * random.normal();
      target.copy_(drawn);
    }
  }
}

}  // namespace kairo
