// Layer normalisation with its two hook points.
//
// LN: (x - mean) / sqrt(var + eps) · w + b; LNPre: the same without w and b. hook_scale is
// sqrt(var + eps) [.., 1]; hook_normalized is the quotient, before w and b
// (TransformerLens's meaning). Where neither is looked at the whole is one fused operation.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/config/model_options.h"
#include "core/model/flat_parameters.h"
#include "hooks/hooks.h"

namespace kairo {

struct NormPoints {
  std::string name;  // "blocks.0.ln1": prefix of its parameters
  PointKind scale;
  PointKind normalized;
  int64_t layer = -1;
};

// x [.., d_model] -> [.., d_model]; x itself where the model has no norm.
at::Tensor layer_norm(const at::Tensor& x, const NormPoints& points, const ModelOptions& options,
                      const FlatParameters& parameters, const ActiveHooks& hooks);

}  // namespace kairo
