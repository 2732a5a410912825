// Probe `candidates`: does the model choose the right one of the base's K targets?
//
// Score of a candidate: log P(whole target, without EOS | everything before it), the sum over its
// tokens. A softmax over the K scores gives
//   candidate_loss      [] -log P(the right one), nats; chance is log K
//   candidate_accuracy  [] 1 where the right one has the largest score, else 0
// both per example. What stands before the target is run once for all K (branches.h): each
// candidate adds only its own tokens. Checked while measuring (kNumeric): of the first examples,
// the right target's score is that of one full pass.
#pragma once

#include "probes/probe.h"

namespace kairo::late_disambiguation {

class CandidatesProbe : public TransformerProbe {
 public:
  const char* name() const override { return "candidates"; }
  const char* question() const override {
    return "Which of the base's K targets does the model choose?";
  }
  Options& options() override { return options_; }
  Needs needs() const override {
    Needs needs = TransformerProbe::needs();
    needs.causal = "it predicts all target tokens at once, none given the others";
    return needs;
  }
  std::string why_left_out(const Dataset& data) const override;
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  NoOptions options_;
};

}  // namespace kairo::late_disambiguation
