#include "analysis/stats/crossing.h"

#include <algorithm>
#include <functional>
#include <string>

#include "core/base/error.h"

namespace kairo {
namespace {

void check(const std::vector<int64_t>& steps, const std::vector<double>& values) {
  if (steps.size() != values.size()) {
    throw Error(ErrorKind::kShape)
        .at("find_crossing")
        .expected(std::to_string(steps.size()) + " values, one for each step")
        .came(std::to_string(values.size()));
  }
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (steps[i] > steps[i - 1]) continue;
    throw Error(ErrorKind::kShape)
        .at("find_crossing")
        .fact("the steps do not ascend: " + std::to_string(steps[i]) + " after " +
              std::to_string(steps[i - 1]))
        .hint("sort the steps and drop repeated ones");
  }
}

}  // namespace

const char* status_name(EventStatus status) {
  switch (status) {
    case EventStatus::kConfirmed:
      return "confirmed";
    case EventStatus::kUnconfirmed:
      return "unconfirmed";
    case EventStatus::kNone:
      break;
  }
  return "none";
}

Crossing find_crossing(const std::vector<int64_t>& steps, const std::vector<double>& values,
                       Side side, double threshold, int64_t spacing, int64_t hold_spacings) {
  check(steps, values);
  const int64_t hold = hold_spacings * spacing;
  const std::size_t n = steps.size();
  // Only the first record of a stretch can be the crossing: where it does not hold long enough, no
  // later record of the same stretch does.
  for (std::size_t begin = 0; begin < n; ++begin) {
    if (!is_beyond(values[begin], side, threshold)) continue;
    std::size_t end = begin + 1;
    while (end < n && is_beyond(values[end], side, threshold)) ++end;
    const int64_t until = steps[begin] + hold;
    const bool held = end == n || steps[end] > until;
    if (held) {
      const bool confirmed = steps.back() >= until;
      return {confirmed ? EventStatus::kConfirmed : EventStatus::kUnconfirmed,
              begin == 0 ? -1 : steps[begin - 1], steps[begin]};
    }
    begin = end;
  }
  return {};
}

int64_t spacing_before_refinement(const std::vector<int64_t>& steps, int64_t checkpoint_spacing) {
  std::vector<int64_t> distances;
  for (std::size_t i = 1; i < steps.size(); ++i) distances.push_back(steps[i] - steps[i - 1]);
  std::sort(distances.begin(), distances.end(), std::greater<>());
  int64_t covered = 0, typical = 1;
  for (int64_t each : distances) {
    typical = each;
    covered += each;
    if (2 * covered >= steps.back() - steps.front()) break;
  }
  return std::max({checkpoint_spacing, typical, int64_t{1}});
}

}  // namespace kairo
