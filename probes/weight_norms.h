// Probe `weight_norms`: how large each parameter is and how far it has gone from where it began.
//
// W a parameter (all heads of W_Q, W_K, W_V, W_O together), W_0 the same at the start
// (ProbeInputs::start, named in the record's settings and notes), |.| the Frobenius norm, added up
// in double. Exact: no example is looked at, n is 0 and there is no standard error.
//   norm, distance, relative_distance [parameter]   |W|, |W - W_0|, |W - W_0|/|W_0|; the last is
//                                                   undefined (NaN) where W_0 is zero
//   total_norm, total_distance, total_relative_distance []   of all parameters as one vector
// Checked while measuring (kNumeric): weights are finite, the norms' squares sum to that of the
// flat buffer, and |W - W_0|^2 = |W|^2 + |W_0|^2 - 2 W W_0 over all parameters.
#pragma once

#include "probes/probe.h"

namespace kairo {

class WeightNormsProbe : public Probe {
 public:
  const char* name() const override { return "weight_norms"; }
  const char* question() const override { return "How far is each parameter from its start?"; }
  Options& options() override { return options_; }
  std::optional<OwnSample> own_sample() const override { return OwnSample{}; }
  bool needs_start() const override { return true; }
  std::vector<std::string> notes(const ProbeInputs& inputs, const ModelOptions&) const override;
  // kShape where the start is a model of other words.
  std::vector<Quantity> measure(const Model& model, const ProbeInputs& inputs) const override;

 private:
  NoOptions options_;
};

}  // namespace kairo
