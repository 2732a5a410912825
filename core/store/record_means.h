// Some quantities of a record without their per-example values, which are most of its size: for
// programs that read many runs. Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "core/store/record.h"

namespace kairo {

// Those of `quantities` that the record has, in that order. Throws as read_record does.
Record read_record_means(const std::string& path, const std::vector<std::string>& quantities);

}  // namespace kairo
