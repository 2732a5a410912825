#include "analysis/figures/chosen_steps.h"

#include <algorithm>
#include <cmath>

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

// The first event in the order of the list that happened, confirmed or not.
const Transition* first_event(const std::vector<Transition>& transitions, std::size_t& number) {
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    if (!transitions[i].left_out.empty()) continue;
    if (transitions[i].crossing.status == EventStatus::kNone) continue;
    number = i + 1;
    return &transitions[i];
  }
  return nullptr;
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

std::vector<ChosenStep> choose_steps(const Record& record, const SeriesQuantity& quantity,
                                     const std::vector<Transition>& transitions) {
  const std::vector<std::size_t> defined = defined_steps(record, quantity);
  std::size_t number = 0;
  const Transition* event = first_event(transitions, number);
  if (event == nullptr || defined.empty()) return evenly(defined);
  const int64_t at = event->crossing.step, distance = 2 * event->spacing;
  const auto step = [&](std::size_t index) { return record.steps[index]; };
  std::vector<ChosenStep> chosen;
  // The latest that is two spacings before, or at least before.
  for (int64_t limit : {at - distance, at - 1}) {
    const auto after = std::partition_point(defined.begin(), defined.end(),
                                            [&](std::size_t i) { return step(i) <= limit; });
    if (chosen.empty() && after != defined.begin()) add(chosen, *(after - 1), "before");
  }
  const auto first_from = [&](int64_t limit) {
    return std::partition_point(defined.begin(), defined.end(),
                                [&](std::size_t i) { return step(i) < limit; });
  };
  const auto there = first_from(at);
  if (there != defined.end()) {
    const bool exact = step(*there) == at;
    add(chosen, *there, exact ? "event " + std::to_string(number) : "after");
  }
  const auto later = first_from(at + distance);
  if (later != defined.end() && *later != defined.back()) add(chosen, *later, "after");
  add(chosen, defined.back(), "last");
  return chosen;
}

}  // namespace kairo
