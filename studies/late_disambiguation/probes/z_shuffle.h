// Probe `z_shuffle`: what a wrong selector does. Every z is replaced by a different one of the data
// set (always another string).
//
// Quantities, each [] per example: first_target_loss (the clean input), first_target_loss_shuffled
// (the answer stays a), z_gap = shuffled - clean, all in nats; prefers_other: 1 where, under the
// other z, a' (the first target token there) has a larger logit than a, else 0; NaN where a = a'.
// It is left out where a' is not known (az_to_b: the base belongs to one selector). Checked while
// measuring (kNumeric): in a causal model both runs say the same before z; logits are finite.
#pragma once

#include "probes/probe.h"

namespace kairo::late_disambiguation {

class ZShuffleProbe : public Probe {
 public:
  const char* name() const override { return "z_shuffle"; }
  const char* question() const override { return "What does a wrong z cost?"; }
  Options& options() override { return options_; }
  std::string why_left_out(const Dataset& data) const override { return why_no_alternatives(data); }
  std::vector<std::string> notes(const ProbeInputs& inputs, const ModelOptions&) const override;
  std::vector<Quantity> measure(const Model& model, const ProbeInputs& inputs) const override;

 private:
  NoOptions options_;
};

}  // namespace kairo::late_disambiguation
