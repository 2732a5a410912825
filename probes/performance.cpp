#include "probes/performance.h"

#include <torch/torch.h>

#include "core/model/target_measures.h"
#include "probes/quantities.h"

namespace kairo {

std::vector<Quantity> PerformanceProbe::measure(const Transformer& model,
                                                const ProbeInputs& inputs) const {
  const std::vector<TargetMeasures> measures =
      measure_targets(model, inputs.inputs, inputs.dataset(), inputs.examples);
  const auto quantity = [&](const QuantityText& text, double TargetMeasures::*field) {
    std::vector<double> values;
    for (const TargetMeasures& each : measures) values.push_back(each.*field);
    return per_example(text, {}, at::tensor(values, at::kDouble));
  };
  return {
      quantity({"loss", "mean cross-entropy over the target's tokens and EOS", "nats"},
               &TargetMeasures::loss),
      quantity({"first_target_loss", "cross-entropy of the first target token", "nats"},
               &TargetMeasures::first_target_loss),
      quantity({"accuracy", "share of target tokens, without EOS, that have the largest logit",
                "probability"},
               &TargetMeasures::accuracy),
      quantity({"exact_match", "1 where every target token has the largest logit, else 0",
                "probability"},
               &TargetMeasures::exact_match),
  };
}

}  // namespace kairo
