// Which few steps to show where a figure has room for one map a step.
#pragma once

#include <string>
#include <vector>

#include "core/store/record.h"

namespace kairo {

struct ChosenStep {
  std::size_t index = 0;  // into the record's steps
  std::string role;       // "10 %", "last", or ""
};

// Up to four steps between which `quantity` differs, ascending: the first at which its largest
// element reaches 10, 50 and 90 % of the largest of all steps, and the last one. If it is nowhere
// above 0: four evenly spread.
std::vector<ChosenStep> choose_steps(const Record& record, const SeriesQuantity& quantity);

}  // namespace kairo
