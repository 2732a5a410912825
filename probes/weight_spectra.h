// Probe `weight_spectra`: the singular values of each head's circuits, and over how many directions
// they are spread.
//
// s_1 >= s_2 >= … of QK = W_Q W_K^T and OV = W_V W_O of every head (core/circuits/circuits.h),
// from the factors, in double.
//   effective rank = exp(-sum_i p_i log p_i), p_i = s_i / sum_j s_j: n where n singular values are
//   equal and the rest 0; between 1 and d_head; undefined (NaN) where all are 0. Source: Roy and
//   Vetterli, "The effective rank" (EUSIPCO 2007).
// Quantities, for C in {qk, ov}: C_singular_values [layer, head, component] in descending order;
// C_leading_singular_value, C_effective_rank [layer, head]; C_mean_effective_rank [], over heads;
// embed_effective_rank, unembed_effective_rank [] of W_E and W_U. Exact: n is 0 and there is no
// standard error. Weights are taken as they stand: a norm's gain counts only where
// probes.processing.fold_ln has folded it in.
// Checked while measuring (kNumeric): weights are finite, the singular values' squares sum to that
// of the circuit's or weight's norm, computed on another way, and effective ranks lie in bounds.
#pragma once

#include <ATen/core/Tensor.h>

#include "probes/probe.h"

namespace kairo {

// [.., component], none negative -> [..].
at::Tensor effective_rank(const at::Tensor& singular_values);

class WeightSpectraProbe : public TransformerProbe {
 public:
  const char* name() const override { return "weight_spectra"; }
  const char* question() const override {
    return "Over how many directions does each head's circuit spread?";
  }
  Options& options() override { return options_; }
  std::optional<OwnSample> own_sample() const override { return OwnSample{}; }
  std::vector<std::string> transformer_notes(const ProbeInputs& inputs,
                                             const TransformerOptions&) const override;
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  NoOptions options_;
};

}  // namespace kairo
