#include "probes/needs.h"

#include <algorithm>

#include "core/config/transformer_options.h"
#include "core/model/families.h"

namespace kairo {
namespace {

std::string why_names_lack(const std::vector<NeededPart>& parts,
                           const std::vector<std::string>& names) {
  for (const NeededPart& part : parts) {
    const bool has_one = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return glob_matches(part.pattern, name);
    });
    if (has_one) continue;
    return part.otherwise.empty() ? "the model has no " + part.pattern : part.otherwise;
  }
  return "";
}

std::vector<std::string> names_of_parameters(const ModelOptions& model) {
  std::vector<std::string> names;
  const ParameterLayout layout = family_of(model).layout(model);
  for (const ParameterView& view : layout.views()) names.push_back(view.name);
  return names;
}

}  // namespace

std::string why_model_lacks(const Needs& needs, const ModelOptions& model) {
  const std::string kind = model.kind();
  if (needs.transformer && kind != kTransformerKind) {
    return "it looks into a transformer, but the model's family is " + kind;
  }
  if (!needs.causal.empty() && !model.is_causal()) {
    return "the model is bidirectional: " + needs.causal;
  }
  if (!needs.hook_points.empty()) {
    const std::string reason =
        why_names_lack(needs.hook_points, family_of(model).hook_table(model).names());
    if (!reason.empty()) return reason;
  }
  if (needs.parameters.empty()) return "";
  return why_names_lack(needs.parameters, names_of_parameters(model));
}

}  // namespace kairo
