#include "core/model/transformer/mlp.h"

#include <ATen/ATen.h>

#include "core/kernels/gelu.h"
#include "core/kernels/linear.h"
#include "core/model/transformer/norm.h"

namespace kairo {
namespace {

at::Tensor activate(const at::Tensor& x, ActFn act_fn) {
  switch (act_fn) {
    case ActFn::kGelu:
      return kairo::gelu(x);
    case ActFn::kGeluNew:
      return kairo::gelu(x, GeluForm::kTanh);
    case ActFn::kRelu:
      return at::relu(x);
    case ActFn::kSilu:
      return at::silu(x);
  }
  return x;
}

bool is_gelu(ActFn act_fn) { return act_fn == ActFn::kGelu || act_fn == ActFn::kGeluNew; }

GeluForm gelu_form(ActFn act_fn) {
  return act_fn == ActFn::kGelu ? GeluForm::kExact : GeluForm::kTanh;
}

MlpWeights weights_of(const BlockInputs& block) {
  const auto weight = [&](const char* name) {
    return block.parameters.weight(block.prefix() + "mlp." + name);
  };
  return {weight("W_in"), weight("b_in"), weight("W_out"), weight("b_out")};
}

}  // namespace

at::Tensor mlp(const at::Tensor& input, const at::Tensor& onto, const BlockInputs& block) {
  const at::Tensor normalized = layer_norm(
      block.at(PointKind::kMlpIn, input),
      {block.prefix() + "ln2", PointKind::kLn2Scale, PointKind::kLn2Normalized, block.layer},
      block.options, block.parameters, block.hooks);
  const MlpWeights weights = weights_of(block);
  const bool looked_at = block.hooks.wants_any(PointKind::kMlpPre, PointKind::kMlpOut, block.layer);
  if (is_gelu(block.options.act_fn) && !looked_at) {
    return gelu_mlp(normalized, weights, onto, gelu_form(block.options.act_fn));
  }
  const at::Tensor pre =
      block.at(PointKind::kMlpPre, kairo::linear(normalized, weights.w_in, weights.b_in));
  const at::Tensor post = block.at(PointKind::kMlpPost, activate(pre, block.options.act_fn));
  if (!block.hooks.wants(PointKind::kMlpOut, block.layer)) {
    return kairo::linear(post, weights.w_out, weights.b_out, onto);
  }
  return onto + block.at(PointKind::kMlpOut, kairo::linear(post, weights.w_out, weights.b_out));
}

}  // namespace kairo
