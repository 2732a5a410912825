#include "training/optim/frozen.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "hooks/hook_table.h"

namespace kairo {

std::vector<ParameterView> frozen_parameters(const std::vector<std::string>& globs,
                                             const ParameterLayout& layout) {
  std::vector<std::string> names;
  for (const ParameterView& view : layout.views()) names.push_back(view.name);
  for (const std::string& glob : globs) {
    const auto matches = [&](const std::string& name) { return glob_matches(glob, name); };
    if (std::any_of(names.begin(), names.end(), matches)) continue;
    throw Error(ErrorKind::kConfig)
        .at("training.frozen")
        .fact("no parameter matches " + glob)
        .hint(did_you_mean(glob, names));
  }
  std::vector<ParameterView> views;
  for (const ParameterView& view : layout.views()) {
    const auto matches = [&](const std::string& glob) { return glob_matches(glob, view.name); };
    if (std::any_of(globs.begin(), globs.end(), matches)) views.push_back(view);
  }
  return views;
}

FrozenValues::FrozenValues(std::vector<ParameterView> views, const at::Tensor& values)
    : views_(std::move(views)) {
  for (const ParameterView& view : views_) kept_.push_back(view.of(values).detach().clone());
}

void FrozenValues::put_back(at::Tensor values) const {
  for (std::size_t i = 0; i < views_.size(); ++i) views_[i].of(values).copy_(kept_[i]);
}

}  // namespace kairo
