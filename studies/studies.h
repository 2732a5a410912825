// The table of studies, and the one function that tells the other folders of them.
#pragma once

#include <vector>

#include "studies/study.h"

namespace kairo {

// In the order of studies/CMakeLists.txt.
const std::vector<Study>& studies();

// Hands every study to the folders below through their adders (add_task_kind, add_task_analysis).
// The start of every program calls it before it reads a configuration; a second call does nothing.
void open_studies();
// One more study, that of a test.
void open_study(const Study& study);

}  // namespace kairo
