// Probe `gradient_flow`: how large the gradient of the training loss is at each parameter, and how
// much of it arrives at each segment of the sequence.
//
// Definitions in core/circuits/gradient_flow.h, over the probe's examples and by the weights
// of the checkpoint: L the mean cross-entropy over their loss tokens, L_i that of example i alone,
// x the value at hook_embed. No clipping, no decay; the same function logs gradients in training
// (training.log_gradients), on the evaluation's examples.
//   parameter_gradient [parameter], total_gradient []   |dL/dW|, and of all parameters as one
//       vector: functions of all n examples together, without a standard error
//   embedding_gradient [segment]   |dL_i/dx| over the segment's positions, per example; segments
//       are the task's spans (base, selector, target) and "rest", all other positions
//   embedding_gradient_whole []    over all positions: its square is the sum of the segments'
//       squares
//   segment_share [segment]        the segment's square over the whole's, per example; NaN for 0/0
//   selector_share []              that of the selector, where the task has one
// Checked while measuring (kNumeric): the loss of the first four examples is that of a pass of
// their own over the data set's tokens; what the hook saw, added up by token, is W_E's gradient;
// segments' squares sum to the whole's.
#pragma once

#include "probes/probe.h"

namespace kairo {

class GradientFlowProbe : public Probe {
 public:
  const char* name() const override { return "gradient_flow"; }
  const char* question() const override { return "Where does the loss pull, and on which tokens?"; }
  Options& options() override { return options_; }
  Needs needs() const override {
    Needs needs;
    needs.hook_points.push_back({"hook_embed"});
    needs.parameters.push_back({"embed.W_E"});
    return needs;
  }
  std::vector<std::string> notes(const ProbeInputs& inputs, const ModelOptions&) const override;
  std::vector<Quantity> measure(const Model& model, const ProbeInputs& inputs) const override;

 private:
  NoOptions options_;
};

}  // namespace kairo
