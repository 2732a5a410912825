#include "analysis/report/step_words.h"

#include <spdlog/fmt/fmt.h>

namespace kairo {
namespace {

constexpr std::size_t kMostStretches = 8;

// The last of the evenly spaced steps that begin with `first`.
std::size_t end_of_stretch(const std::vector<int64_t>& steps, std::size_t first) {
  std::size_t last = first;
  while (last + 1 < steps.size() &&
         (last == first || steps[last + 1] - steps[last] == steps[first + 1] - steps[first])) {
    ++last;
  }
  return last;
}

}  // namespace

std::string step_words(const std::vector<int64_t>& steps) {
  if (steps.empty()) return "–";
  std::string text;
  std::size_t stretches = 0;
  for (std::size_t first = 0; first < steps.size(); ++stretches) {
    const std::size_t last = end_of_stretch(steps, first);
    text += text.empty() ? "" : ", ";
    // Two steps are evenly spaced whatever they are: the second may begin a longer stretch.
    const bool is_even = last - first >= 2;
    text += is_even ? fmt::format("{} to {} every {}", steps[first], steps[last],
                                  steps[first + 1] - steps[first])
                    : std::to_string(steps[first]);
    first = is_even ? last + 1 : first + 1;
  }
  if (stretches > kMostStretches) {
    return fmt::format("{} unevenly from {} to {}", steps.size(), steps.front(), steps.back());
  }
  return fmt::format("{}: {}", steps.size(), text);
}

}  // namespace kairo
