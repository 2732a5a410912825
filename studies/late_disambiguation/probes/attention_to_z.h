// Probe `attention_to_z`: for each layer and head the attention from q to the z span, summed over
// the span.
//
// Quantities: attention_to_z [layer, head] per example, a share of 1; uniform [], what a head that
// looks everywhere alike would give: |z|/(q+1), or |z|/P where attention is bidirectional. With
// positions=targets both have a last axis pos: every position that predicts a target token.
// Checked while measuring: each row of attention sums to one within 1e-4 (kNumeric).
#pragma once

#include "probes/probe.h"

namespace kairo::late_disambiguation {

enum class AttentionPositions { kQuery, kTargets };

struct AttentionToZOptions : Options {
  AttentionPositions positions = AttentionPositions::kQuery;
  std::vector<Field> fields() override;
};

class AttentionToZProbe : public TransformerProbe {
 public:
  const char* name() const override { return "attention_to_z"; }
  const char* question() const override { return "Which heads look at z when the answer is due?"; }
  Options& options() override { return options_; }
  std::string why_left_out(const Dataset& data) const override {
    return fixed_span(data, "selector") ? "" : "the task has no selector z";
  }
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  AttentionToZOptions options_;
};

}  // namespace kairo::late_disambiguation
