// Quantities of pairs (an example and its counterpart under another value): rows that are no pair
// are NaN, and an effect is a ratio of means over pairs with a paired bootstrap error.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "probes/patching/effect.h"
#include "probes/probe_inputs.h"

namespace kairo {

class PairQuantities {
 public:
  // `inputs` with counterparts; the bootstrap's draws follow from probes.seed.
  PairQuantities(const ProbeInputs& inputs, int64_t bootstrap_samples);

  int64_t n_pairs() const { return pairs_.size(0); }
  // values [n, axes…]; what stands in rows that are no pair is not looked at.
  Quantity of_pairs(const QuantityText& text, const std::vector<Axis>& axes,
                    const at::Tensor& values) const;
  // mean(moved) / mean(whole) over pairs: moved [n, effects], whole [n].
  Estimate effect(const at::Tensor& moved, const at::Tensor& whole) const;
  // "n_pairs" and "n_pairs_left_out".
  void add_counts(std::vector<Quantity>& to) const;

 private:
  at::Tensor no_pair_;  // [n] bool
  at::Tensor pairs_;    // [n_pairs] rows
  at::Tensor counts_;   // [samples, n_pairs]; undefined without a pair
};

}  // namespace kairo
