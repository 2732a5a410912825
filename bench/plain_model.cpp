#include "bench/plain_model.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <string>

#include "core/data/dataset.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

// The parameters of one block, or (prefix "") of the model.
struct Weights {
  const Transformer& model;
  std::string prefix;

  at::Tensor operator()(const std::string& name) const {
    return model.parameters().leaf(prefix + name);
  }
  at::Tensor norm(const at::Tensor& x, const std::string& name) const {
    return at::layer_norm(x, {x.size(-1)}, (*this)(name + ".w"), (*this)(name + ".b"),
                          model.options().eps);
  }
  at::Tensor linear(const at::Tensor& x, const std::string& w, const std::string& b) const {
    return at::matmul(x, (*this)(w)) + (*this)(b);
  }
};

at::Tensor attention_of(const Weights& weights, const at::Tensor& x) {
  const TransformerOptions& options = weights.model.options();
  const int64_t batch = x.size(0), pos = x.size(1);
  const at::Tensor qkv = weights.linear(weights.norm(x, "ln1"), "attn.W_QKV", "attn.b_QKV")
                             .view({batch, pos, 3, options.n_heads, options.d_head})
                             .permute({2, 0, 3, 1, 4});
  const at::Tensor scores =
      at::matmul(qkv[0], qkv[1].transpose(-2, -1)) / std::sqrt(static_cast<double>(options.d_head));
  const at::Tensor hidden = at::ones({pos, pos}, at::kBool).triu(1);
  const at::Tensor pattern =
      at::softmax(scores.masked_fill(hidden, -std::numeric_limits<double>::infinity()), -1);
  const at::Tensor z = at::matmul(pattern, qkv[2]).permute({0, 2, 1, 3});
  return weights.linear(z.reshape({batch, pos, -1}), "attn.W_O", "attn.b_O");
}

at::Tensor mlp_of(const Weights& weights, const at::Tensor& x) {
  const at::Tensor pre = weights.linear(weights.norm(x, "ln2"), "mlp.W_in", "mlp.b_in");
  return weights.linear(at::gelu(pre), "mlp.W_out", "mlp.b_out");
}

}  // namespace

at::Tensor plain_forward(const Transformer& model, const at::Tensor& tokens) {
  const Weights outer{model, ""};
  at::Tensor x = at::embedding(outer("embed.W_E"), tokens) +
                 outer("pos_embed.W_pos").narrow(0, 0, tokens.size(1));
  for (int64_t layer = 0; layer < model.options().n_layers; ++layer) {
    const Weights block{model, "blocks." + std::to_string(layer) + "."};
    x = x + attention_of(block, x);
    x = x + mlp_of(block, x);
  }
  return outer.linear(outer.norm(x, "ln_final"), "unembed.W_U", "unembed.b_U");
}

at::Tensor plain_loss(const Transformer& model, const at::Tensor& tokens,
                      const at::Tensor& labels) {
  return at::cross_entropy_loss(plain_forward(model, tokens).flatten(0, 1), labels.flatten(),
                                /*weight=*/{}, at::Reduction::Mean, kNoLabel);
}

}  // namespace kairo
