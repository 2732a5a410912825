// Which few steps to show where a figure has room for one map a step.
#pragma once

#include <string>
#include <vector>

#include "analysis/transition.h"

namespace kairo {

struct ChosenStep {
  std::size_t index = 0;  // into the record's steps
  std::string role;       // "before", "event 1", "after", "last", or ""
};

// Up to four steps at which `quantity` is defined somewhere, ascending: two spacings before the
// first event that happened, at it, two spacings after it, and the last one. Without an event: four
// evenly spread.
std::vector<ChosenStep> choose_steps(const Record& record, const SeriesQuantity& quantity,
                                     const std::vector<Transition>& transitions);

}  // namespace kairo
