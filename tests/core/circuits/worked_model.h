// A one-layer model small enough to be worked out by hand.
//
// Tokens 0, 1 at positions 0, 1. Attention is even (W_Q = W_K = 0) and without a norm:
//   resid_pre (1, 0), (0.5, 2) · v 1, 0.5 · z at position 1: (1 + 0.5)/2 = 0.75
//   head (0, 3 · 0.75) = (0, 2.25), plus b_O: attn_out (0.25, 2.25), resid_mid (0.75, 4.25)
//   neuron relu(4.25 - 1) = 3.25, times (2, 0) plus b_out: mlp_out (6.5, 0.5)
//   resid_post (7.25, 4.75), logits (7.375, 4.75)
#pragma once

#include <string>
#include <vector>

#include "core/model/transformer/transformer.h"
#include "tests/core/model/made_models.h"

namespace kairo {

inline at::Tensor token_ids(const std::vector<int64_t>& ids) { return at::tensor(ids); }

inline Transformer worked_model() {
  TransformerOptions options;
  options.n_layers = options.n_heads = options.d_head = options.d_mlp = 1;
  options.d_model = options.n_ctx = options.d_vocab = 2;
  options.act_fn = ActFn::kRelu;
  options.normalization_type = Normalization::kNone;
  options.dtype = ModelDtype::kFloat64;
  Transformer model(options);
  const torch::NoGradGuard no_grad;
  const auto set = [&](const std::string& name, const std::vector<double>& values) {
    at::Tensor parameter = model.parameters().view(name).of(model.parameters().values());
    parameter.copy_(at::tensor(values, at::kDouble).view(parameter.sizes()));
  };
  set("embed.W_E", {1, 0, 0, 2});
  set("pos_embed.W_pos", {0, 0, 0.5, 0});
  set("blocks.0.attn.W_V", {1, 0});
  set("blocks.0.attn.W_O", {0, 3});
  set("blocks.0.attn.b_O", {0.25, 0});
  set("blocks.0.mlp.W_in", {0, 1});
  set("blocks.0.mlp.b_in", {-1});
  set("blocks.0.mlp.W_out", {2, 0});
  set("blocks.0.mlp.b_out", {0, 0.5});
  set("unembed.W_U", {1, 0, 0, 1});
  set("unembed.b_U", {0.125, 0});
  return model;
}

}  // namespace kairo
