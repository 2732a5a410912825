// What the numbers of a comparison stand on, from the runs' reports: each event and series with its
// definition, the examples behind it, the spacing D and the checkpoints of every run. The other
// tables of the page say when and how sure; this one says of what. Thread rule: pure.
#pragma once

#include "analysis/compare/comparison.h"
#include "analysis/report/document.h"

namespace kairo {

// One row for each definition and basis that runs share; runs that differ in their checkpoints (one
// was refined, or ended early) have rows of their own, which name them. Where that is more than a
// page can show, their checkpoints are counted instead.
Section basis_section(const Comparison& comparison);

}  // namespace kairo
