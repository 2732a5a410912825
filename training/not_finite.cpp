#include "training/not_finite.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kairo {
namespace {

int64_t count_not_finite(const at::Tensor& values) {
  return values.isfinite().logical_not().sum().item<int64_t>();
}

std::string share_text(int64_t n, int64_t all) {
  return " (" + std::to_string(n) + " of " + std::to_string(all) + " numbers)";
}

bool is_bad(const at::Tensor& value, const HookPoint& point) {
  const at::Tensor wrong =
      point.holds_minus_infinity
          ? value.isnan().logical_or(value.eq(std::numeric_limits<double>::infinity()))
          : value.isfinite().logical_not();
  return wrong.any().item<bool>();
}

std::string first_bad(const std::vector<NamedArray>& arrays, const std::string& state) {
  for (const NamedArray& array : arrays) {
    const auto n = std::count_if(array.values.begin(), array.values.end(),
                                 [](float value) { return !std::isfinite(value); });
    if (n == 0) continue;
    return array.name + state + share_text(n, static_cast<int64_t>(array.values.size()));
  }
  return "";
}

}  // namespace

std::string first_bad_gradient(const FlatParameters& parameters) {
  for (const ParameterView& view : parameters.views()) {
    const at::Tensor gradient = view.of(parameters.gradients());
    const int64_t n = count_not_finite(gradient);
    if (n == 0) continue;
    return "the gradient of " + view.name + share_text(n, gradient.numel());
  }
  return "";
}

std::string first_bad_array(const Checkpoint& checkpoint) {
  std::string bad = first_bad(checkpoint.parameters, "");
  for (const auto& [state, arrays] : checkpoint.optimizer.states) {
    if (bad.empty()) bad = first_bad(arrays, " of " + state);
  }
  return bad;
}

NotFiniteWatch::NotFiniteWatch() {
  hooks_.observe("*", [this](const at::Tensor& value, const HookPoint& point) {
    if (value_.empty() && is_bad(value, point)) value_ = point.name;
  });
  hooks_.observe_gradient("*", [this](const at::Tensor& value, const HookPoint& point) {
    if (gradient_.empty() && count_not_finite(value) > 0) {
      gradient_ = "the gradient at " + point.name;
    }
  });
}

std::string NotFiniteWatch::found() const { return value_.empty() ? gradient_ : value_; }

}  // namespace kairo
