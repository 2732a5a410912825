#include "probes/probe.h"

namespace kairo {

std::string why_no_answer(const Dataset& data) {
  return fixed_span(data, "target") ? "" : "the examples have no target at one place";
}

std::string why_no_alternatives(const Dataset& data) {
  if (data.alternatives() == nullptr) return "the task has no part that can be replaced";
  if (has_alternatives(data)) return "";
  return "there is no other " + data.alternatives()->part();
}

std::string why_left_out(const Probe& probe, const Dataset& data, const ModelOptions& model) {
  const std::string reason = why_model_lacks(probe.needs(), model);
  return reason.empty() ? probe.why_left_out(data) : reason;
}

std::vector<std::string> unfolded_gain_notes(const ProbeInputs& inputs,
                                             const TransformerOptions& model) {
  const bool has_gains = model.normalization_type == Normalization::kLN;
  if (!has_gains || inputs.options.processing.fold_ln) return {};
  return {
      "Weights are taken as they are: the norms' gains are no part of the circuits "
      "(probes.processing.fold_ln=true folds them in)."};
}

}  // namespace kairo
