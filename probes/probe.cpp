#include "probes/probe.h"

namespace kairo {

std::string why_no_selector(const Dataset& data) {
  return data.has_selector() ? "" : "the task has no selector z";
}

std::string why_no_other_selector(const Dataset& data) {
  const std::string reason = why_no_selector(data);
  if (!reason.empty()) return reason;
  return data.selectors.size() >= 2 ? "" : "K = 1: no other selector";
}

std::vector<std::string> unfolded_gain_notes(const ProbeInputs& inputs, const ModelOptions& model) {
  const bool has_gains = model.normalization_type == Normalization::kLN;
  if (!has_gains || inputs.options.processing.fold_ln) return {};
  return {
      "Weights are taken as they stand: the norms' gains are no part of the circuits "
      "(probes.processing.fold_ln=true folds them in)."};
}

}  // namespace kairo
