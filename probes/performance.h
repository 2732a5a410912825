// Probe `performance`: how well the model does the task. Its series time the run's events.
//
// Quantities, each [] per example, defined in core/data/target_measures.h: loss, first_target_loss
// (nats), accuracy, exact_match (share). Checked while measuring: losses are finite, and those of
// the first examples equal a pass that is looked at everywhere (kNumeric).
#pragma once

#include "probes/probe.h"

namespace kairo {

class PerformanceProbe : public Probe {
 public:
  const char* name() const override { return "performance"; }
  const char* question() const override { return "How well does the model do the task?"; }
  Options& options() override { return options_; }
  std::vector<Quantity> measure(const Model& model, const ProbeInputs& inputs) const override;

 private:
  NoOptions options_;
};

}  // namespace kairo
