#include "core/model/transformer/norm.h"

#include <ATen/ATen.h>

#include "core/kernels/layer_norm.h"

namespace kairo {

at::Tensor layer_norm(const at::Tensor& x, const NormPoints& points,
                      const TransformerOptions& options, const FlatParameters& parameters,
                      const TransformerHooks& hooks) {
  if (options.normalization_type == Normalization::kNone) return x;
  Weight gain, bias;
  if (options.normalization_type == Normalization::kLN) {
    gain = parameters.weight(points.name + ".w");
    bias = parameters.weight(points.name + ".b");
  }
  const bool looked_at =
      hooks.wants(points.scale, points.layer) || hooks.wants(points.normalized, points.layer);
  if (!looked_at) return layer_norm(x, gain, bias, options.eps);
  const at::Tensor centred = x - x.mean(-1, /*keepdim=*/true);
  const at::Tensor variance = centred.pow(2).mean(-1, /*keepdim=*/true);
  const at::Tensor scale = hooks.at(points.scale, points.layer, (variance + options.eps).sqrt());
  const at::Tensor normalized = hooks.at(points.normalized, points.layer, centred / scale);
  return gain.value.defined() ? normalized * gain.value + bias.value : normalized;
}

}  // namespace kairo
