#include "core/model/intervene.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "hooks/interventions.h"

namespace kairo {
namespace {

const ActivationCache& donor_of(const Intervention& intervention, const Donors& donors) {
  const auto found = donors.find(intervention.from);
  if (found != donors.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, cache] : donors) names.push_back(name);
  const std::string nearest = did_you_mean(intervention.from, names);
  throw Error(ErrorKind::kNotFound)
      .at(to_text(intervention))
      .fact("no run named '" + intervention.from + "' was cached, which from: asks for")
      .hint(nearest.empty() ? "give it: --donor " + intervention.from + "=FILE" : nearest);
}

// In the dtype and on the device of what it is added to.
Edit add_scaled(const Intervention& intervention, const Where& where) {
  const at::Tensor wide = at::tensor(intervention.vector, at::kDouble) * intervention.scale;
  return [wide, where](const at::Tensor& value, const HookPoint& point) {
    return add_vector(wide.to(value.device(), value.scalar_type()), where)(value, point);
  };
}

}  // namespace

Edit as_edit(const Intervention& intervention, const Donors& donors) {
  check(intervention, to_text(intervention));
  const Where where{intervention.positions, intervention.heads};
  switch (intervention.kind) {
    case InterventionKind::kZero:
      break;
    case InterventionKind::kMean:
      if (intervention.from.empty()) return mean_ablation(where);
      return mean_ablation(donor_of(intervention, donors), where);
    case InterventionKind::kResample:
      return resample_ablation(intervention.order, where);
    case InterventionKind::kPatch:
      return patch(donor_of(intervention, donors), where);
    case InterventionKind::kAdd:
      return add_scaled(intervention, where);
  }
  return zero_ablation(where);
}

void add_to(Hooks& hooks, const std::vector<Intervention>& interventions, const Donors& donors) {
  for (const Intervention& each : interventions) hooks.edit(each.at, as_edit(each, donors));
}

std::vector<std::string> patterns_taken(const std::vector<Intervention>& interventions,
                                        const std::string& from) {
  std::vector<std::string> patterns;
  for (const Intervention& each : interventions) {
    if (each.from == from) patterns.push_back(each.at);
  }
  return patterns;
}

}  // namespace kairo
