// Whether the events of several runs are the same events: steps found with another threshold, hold
// or number of examples are no more seeds of one event than steps of another run's clock.
// Thread rule: pure.
#pragma once

#include <vector>

#include "analysis/compare/compared_run.h"

namespace kairo {

// Every transitions.* option and every probes.* setting of a record that two runs both have must be
// equal. Throws kUsage with the option, both runs and both values.
void require_measured_alike(const std::vector<ComparedRun>& runs);

}  // namespace kairo
