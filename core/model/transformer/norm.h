// Layer normalisation with its two hook points.
//
// LN: (x - mean) / sqrt(var + eps) · w + b; LNPre: the same without w and b. hook_scale is
// sqrt(var + eps) [.., 1]; hook_normalized is the quotient, before w and b
// (TransformerLens's meaning). Where neither is looked at the whole is one fused operation.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/config/transformer_options.h"
#include "core/model/flat_parameters.h"
#include "core/model/transformer/points.h"

namespace kairo {

struct NormPoints {
  std::string name;  // "blocks.0.ln1": prefix of its parameters
  PointKind scale;
  PointKind normalized;
  int64_t layer = -1;
};

// x [.., d_model] -> [.., d_model]; x itself where the model has no norm.
at::Tensor layer_norm(const at::Tensor& x, const NormPoints& points,
                      const TransformerOptions& options, const FlatParameters& parameters,
                      const TransformerHooks& hooks);

}  // namespace kairo
