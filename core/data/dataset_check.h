// Whether the parts of a dataset fit together, so that no reader of one needs to look before it
// indexes.
#pragma once

#include <string>

#include "core/data/dataset.h"

namespace kairo {

// What does not fit, in a few words ("labels: 12 values, 16 wanted"), or "": sizes, token numbers,
// spans, groups and selectors in their ranges, the same number of candidates of one length in each
// group.
std::string find_misfit(const Dataset& data);

}  // namespace kairo
