// Checks that the events of several runs were found in the same way, and says what to do if not.
//
//   another threshold   the event is another one: it is left out of every run, and said
//   another split       numbers on held-out examples beside those of training: refused
//   any other option    compared all the same, and said: another number of examples or another hold
//                       moves a step a little, and does not change what it means
// Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "analysis/compare/compared_run.h"

namespace kairo {

// Looks at every transitions.* option, and at every probes.* setting of records that two runs both
// have. Leaves out the events that cannot be compared; returns a sentence for each difference, with
// values and runs. Throws kUsage for different values of probes.split.
std::vector<std::string> settle_differences(std::vector<ComparedRun>& runs);

}  // namespace kairo
