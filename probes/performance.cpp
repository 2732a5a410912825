#include "probes/performance.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/model/target_measures.h"
#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

constexpr int64_t kLookedAt = 16;        // examples
constexpr double kLossTolerance = 1e-4;  // float32, one operation order or another

at::Tensor column(const std::vector<TargetMeasures>& measures, double TargetMeasures::*field) {
  std::vector<double> values;
  for (const TargetMeasures& each : measures) values.push_back(each.*field);
  return at::tensor(values, at::kDouble);
}

// The fused pass, from which the numbers come, against one that is looked at everywhere.
void check_first_examples(const Model& model, const ProbeInputs& inputs,
                          const at::Tensor& first_target_loss) {
  const int64_t n = std::min(kLookedAt, inputs.n());
  Hooks hooks;
  hooks.observe("*", [](const at::Tensor&, const HookPoint&) {});
  ForwardOptions forward;
  forward.positions = {inputs.query()};
  const at::Tensor logits = model.forward(inputs.inputs.narrow(0, 0, n), hooks, forward);
  check_agreement("performance", "first-target losses are the same in a hooked pass",
                  first_target_loss.narrow(0, 0, n),
                  -log_probability_of(logits.squeeze(1), inputs.answer.narrow(0, 0, n)),
                  kLossTolerance);
}

}  // namespace

std::vector<Quantity> PerformanceProbe::measure(const Model& model,
                                                const ProbeInputs& inputs) const {
  const std::vector<TargetMeasures> measures =
      measure_targets(model, inputs.inputs, inputs.dataset(), inputs.examples);
  const auto quantity = [&](const QuantityText& text, double TargetMeasures::*field) {
    return per_example(text, {}, column(measures, field));
  };
  const at::Tensor loss = column(measures, &TargetMeasures::loss);
  check_agreement("performance", "losses are finite", loss, loss, 0);
  if (!why_no_answer(inputs.dataset()).empty()) {
    return {quantity({"loss", "mean cross-entropy over the tokens with a label", "nats",
                      Timing::kFallsFromFirst},
                     &TargetMeasures::loss),
            quantity({"accuracy", "share of the labels that have the largest logit", "probability",
                      Timing::kShare},
                     &TargetMeasures::accuracy)};
  }
  check_first_examples(model, inputs, column(measures, &TargetMeasures::first_target_loss));
  return {
      quantity({"loss", "mean cross-entropy over the target's tokens and EOS", "nats"},
               &TargetMeasures::loss),
      quantity({"first_target_loss", "cross-entropy of the first target token", "nats",
                Timing::kFallsFromFirst},
               &TargetMeasures::first_target_loss),
      quantity({"accuracy", "share of target tokens, without EOS, that have the largest logit",
                "probability", Timing::kShare},
               &TargetMeasures::accuracy),
      quantity({"exact_match", "1 where every target token has the largest logit, else 0",
                "probability"},
               &TargetMeasures::exact_match),
  };
}

}  // namespace kairo
