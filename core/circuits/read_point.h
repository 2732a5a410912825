// Where in the model the residual stream is read, and the norm that stands there as a linear map.
// For the decomposition's own sources; users say `layer` and `mlp_input` in its options.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "core/circuits/residual_stack.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

// Checked: 0 <= layer <= n_layers; mlp_input only where block `layer` has an MLP.
struct ReadPoint {
  int64_t layer = 0;
  bool mlp_input = false;

  std::string residual_name;  // of the hook that shows the residual read here
  std::string norm_name;      // "ln_final", "blocks.1.ln2"
  PointKind scale = PointKind::kLnFinalScale;
  PointKind normalized = PointKind::kLnFinalNormalized;
  int64_t norm_layer = -1;   // as the hook table counts: -1 for ln_final
  int64_t n_attentions = 0;  // blocks whose attention has been added; their MLPs: layer
};

// layer -1 is n_layers. In a parallel block the MLP reads what the attention reads, through ln2.
// kUsage, naming `asked_by`.
ReadPoint read_point(const TransformerOptions& options, int64_t layer, bool mlp_input,
                     const std::string& asked_by);

// The norm with its scale held: norm(x) = (x - mean) / scale · gain + bias. A tensor is undefined
// where there is no such thing, or where ApplyLn leaves it out.
struct LinearNorm {
  at::Tensor scale;  // [batch, pos, 1], at the positions wanted
  at::Tensor gain;   // [d_model]
  at::Tensor bias;   // [d_model]
  std::string bias_label;

  // norm(x) - bias: x [component, batch, pos, d_model]. kShape where the scale is of another run.
  at::Tensor operator()(const at::Tensor& x) const;
  // kShape where the scale does not have the shape [batch, pos] of a component.
  void check_fits(at::IntArrayRef batch_pos) const;
};

LinearNorm linear_norm(const Transformer& model, const ActivationCache& cache,
                       const ReadPoint& point, ApplyLn apply_ln, const Positions& positions,
                       const std::string& asked_by);

// The cached activation, or kNotFound naming it, `asked_by` and how to cache it.
const at::Tensor& cached(const ActivationCache& cache, const std::string& name,
                         const std::string& asked_by);

}  // namespace kairo
