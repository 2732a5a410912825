#include "analysis/figures/chosen_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kairo {
namespace {

constexpr std::size_t kMost = 4;

std::vector<std::size_t> defined_steps(const Record& record, const SeriesQuantity& quantity) {
  std::vector<std::size_t> indices;
  const auto size = quantity.about.size();
  for (std::size_t s = 0; s < record.steps.size(); ++s) {
    const auto first = quantity.mean.begin() + static_cast<int64_t>(s) * size;
    const bool any = std::any_of(first, first + size, [](double v) { return std::isfinite(v); });
    if (any) indices.push_back(s);
  }
  return indices;
}

// The largest value at each step; -infinity if none is defined.
std::vector<double> peaks(const Record& record, const SeriesQuantity& quantity) {
  std::vector<double> largest;
  const auto size = quantity.about.size();
  for (std::size_t s = 0; s < record.steps.size(); ++s) {
    largest.push_back(-std::numeric_limits<double>::infinity());
    for (int64_t i = 0; i < size; ++i) {
      const double value = quantity.mean[s * static_cast<std::size_t>(size) + i];
      if (std::isfinite(value)) largest.back() = std::max(largest.back(), value);
    }
  }
  return largest;
}

std::vector<ChosenStep> evenly(const std::vector<std::size_t>& indices) {
  std::vector<ChosenStep> chosen;
  const std::size_t n = std::min(kMost, indices.size());
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t at = n == 1 ? 0 : i * (indices.size() - 1) / (n - 1);
    chosen.push_back({indices[at], i + 1 == n ? "last" : ""});
  }
  return chosen;
}

void add(std::vector<ChosenStep>& chosen, std::size_t index, const std::string& role) {
  if (!chosen.empty() && chosen.back().index >= index) return;
  chosen.push_back({index, role});
}

}  // namespace

std::vector<ChosenStep> choose_steps(const Record& record, const SeriesQuantity& quantity) {
  const std::vector<std::size_t> defined = defined_steps(record, quantity);
  if (defined.empty()) return {};
  const std::vector<double> largest = peaks(record, quantity);
  const double most = *std::max_element(largest.begin(), largest.end());
  if (!(most > 0)) return evenly(defined);
  std::vector<ChosenStep> chosen;
  for (const int percent : {10, 50, 90}) {
    const auto there = std::find_if(largest.begin(), largest.end(),
                                    [&](double v) { return v >= most * percent / 100; });
    add(chosen, static_cast<std::size_t>(there - largest.begin()), std::to_string(percent) + " %");
  }
  add(chosen, defined.back(), "last");
  return chosen;
}

}  // namespace kairo
