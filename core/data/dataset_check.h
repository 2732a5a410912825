// Whether the parts of a dataset fit together, so that no reader of one needs to look before it
// indexes.
#pragma once

#include <string>

#include "core/data/memory_dataset.h"

namespace kairo {

// What does not fit, in a few words ("labels: 12 values, 16 wanted"), or "": sizes, token numbers,
// lengths, spans, groups and values in their ranges, the same number of choices of one length in
// each group, a target wherever something is to be chosen or replaced.
std::string find_misfit(const DatasetArrays& arrays);

}  // namespace kairo
