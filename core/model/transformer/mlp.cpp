#include "core/model/transformer/mlp.h"

#include <ATen/ATen.h>

#include "core/kernels/gelu.h"
#include "core/kernels/linear.h"
#include "core/model/transformer/norm.h"
#include "core/model/transformer/pass_dropout.h"

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

at::Tensor add_mlp_out(const at::Tensor& onto, const at::Tensor& out, const BlockInputs& block) {
  return add_dropped(onto, block.at(PointKind::kMlpOut, out),
                     {DropoutPlace::kMlpOut, block.layer, block.row_positions()}, block.options,
                     block.random);
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
  const bool dropped = drops(DropoutPlace::kMlpOut, block.options, block.random);
  if (is_gelu(block.options.act_fn) && !looked_at) {
    const GeluForm form = gelu_form(block.options.act_fn);
    if (!dropped) return gelu_mlp(normalized, weights, onto, form);
    return add_mlp_out(onto, gelu_mlp(normalized, weights, {}, form), block);
  }
  const at::Tensor pre =
      block.at(PointKind::kMlpPre, kairo::linear(normalized, weights.w_in, weights.b_in));
  const at::Tensor post = block.at(PointKind::kMlpPost, activate(pre, block.options.act_fn));
  if (!block.hooks.wants(PointKind::kMlpOut, block.layer) && !dropped) {
    return kairo::linear(post, weights.w_out, weights.b_out, onto);
  }
  return add_mlp_out(onto, kairo::linear(post, weights.w_out, weights.b_out), block);
}

}  // namespace kairo
