#include "analysis/step_words.h"

#include <spdlog/fmt/fmt.h>

namespace kairo {
namespace {

constexpr std::size_t kMostStretches = 8;
constexpr std::size_t kMostDenser = 3;

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

std::vector<StepStretch> step_stretches(const std::vector<int64_t>& steps) {
  std::vector<StepStretch> ranges;
  for (std::size_t first = 0; first < steps.size();) {
    const std::size_t last = end_of_stretch(steps, first);
    // Two steps are evenly spaced whatever they are: the second may begin a longer stretch.
    const bool is_even = last - first >= 2;
    ranges.push_back({steps[first], steps[is_even ? last : first],
                      is_even ? steps[first + 1] - steps[first] : 1});
    first = is_even ? last + 1 : first + 1;
  }
  return ranges;
}

std::string step_words(const std::vector<int64_t>& steps) {
  return step_words(step_stretches(steps), steps.size());
}

std::string step_words(const std::vector<StepStretch>& ranges, std::size_t count) {
  if (ranges.empty()) return "–";
  if (ranges.size() > kMostStretches) {
    return fmt::format("{} unevenly from {} to {}", count, ranges.front().first,
                       ranges.back().last);
  }
  std::string text;
  for (const StepStretch& each : ranges) {
    text += text.empty() ? "" : ", ";
    text += each.first < each.last
                ? fmt::format("{} to {} every {}", each.first, each.last, each.every)
                : std::to_string(each.first);
  }
  return fmt::format("{}: {}", count, text);
}

std::string denser_words(const std::vector<int64_t>& steps, int64_t spacing) {
  std::string text;
  std::size_t n_denser = 0;
  int64_t before = -1;  // the step before a stretch belongs to it where it is as far away
  for (const StepStretch& each : step_stretches(steps)) {
    const bool joins = before >= 0 && each.first - before == each.every;
    if (each.first < each.last && each.every < spacing) {
      ++n_denser;
      text += fmt::format("{}every {} from {} to {}", text.empty() ? "" : ", ", each.every,
                          joins ? before : each.first, each.last);
    }
    before = each.last;
  }
  return n_denser > kMostDenser ? fmt::format("denser in {} stretches", n_denser) : text;
}

std::string grouped(int64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

}  // namespace kairo
