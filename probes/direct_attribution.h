// Probe `direct_attribution`: how much each head, MLP and embedding adds to the answer's logit by
// itself, through the residual stream alone (direct logit attribution;
// core/circuits/attribution.h).
//
// At q, with ln_final's scale held at the example's own, the logit is linear in what was added to
// the residual, so the parts add up to it. a is the first target token, a' its counterpart under
// another value; logits in nats, per example:
//   logit_difference        []             logit a - logit a' (NaN where a' is not known or is a)
//   attribution/heads       [layer, head]  the part of each head's z W_O
//   attribution/mlp         [layer]        of each MLP's output
//   attribution/embedding   []             of token and position embedding
//   attribution/biases      []             of all b_O, ln_final's bias and b_U
// Where no a' is known the parts are of logit a minus the mean of all logits, and the first is
// named logit_above_mean. Checked while measuring (kNumeric): the parts add up to what the model
// puts out.
#pragma once

#include "probes/probe.h"

namespace kairo {

class DirectAttributionProbe : public TransformerProbe {
 public:
  const char* name() const override { return "direct_attribution"; }
  const char* question() const override {
    return "Which heads and MLPs write the answer into the residual stream?";
  }
  Options& options() override { return options_; }
  std::string why_left_out(const Dataset& data) const override { return why_no_answer(data); }
  std::vector<std::string> transformer_notes(const ProbeInputs& inputs,
                                             const TransformerOptions& model) const override;
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  NoOptions options_;
};

}  // namespace kairo
