#include "studies/late_disambiguation/data/floors.h"

#include <algorithm>
#include <cmath>

namespace kairo::late_disambiguation {
namespace {

double mean_entropy(const DatasetArrays& data, int64_t prefix_length) {
  double sum = 0;
  for (const auto& candidates : data.choices) {
    std::vector<std::vector<int32_t>> prefixes;
    for (const auto& target : candidates) {
      prefixes.emplace_back(target.begin(), target.begin() + prefix_length);
    }
    sum += entropy_of(std::move(prefixes));
  }
  return sum / static_cast<double>(data.choices.size());
}

}  // namespace

double entropy_of(std::vector<std::vector<int32_t>> items) {
  std::sort(items.begin(), items.end());
  const double n = static_cast<double>(items.size());
  double entropy = 0;
  for (auto first = items.begin(); first != items.end();) {
    const auto last = std::upper_bound(first, items.end(), *first);
    const double share = static_cast<double>(last - first) / n;
    if (share < 1) entropy -= share * std::log(share);  // 1·log 1 would leave a negative zero
    first = last;
  }
  return entropy;
}

std::vector<Floor> floors_without_selector(const DatasetArrays& data) {
  if (data.choices.empty()) return {};
  const int64_t target_length = data.span("target").size();
  const int64_t n_loss_tokens = target_length + 1;  // and EOS
  const double whole = mean_entropy(data, target_length);
  return {
      {"without_selector", "first_target_loss", mean_entropy(data, 1),
       "Mean over bases of the entropy of the first target token given the base alone."},
      {"without_selector", "loss", whole / static_cast<double>(n_loss_tokens),
       "Mean over bases of the entropy of the whole target given the base alone, per loss token "
       "(target and EOS)."}};
}

}  // namespace kairo::late_disambiguation
