// Values out of a checkpoint's training state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/store/checkpoint.h"

namespace kairo {

// kCorrupt, naming `where` (the file) and the value, where it is missing or (single ones) not of
// length 1.
const std::vector<int64_t>& saved_integers(const TrainingState& state, const std::string& name,
                                           const std::string& where);
int64_t saved_integer(const TrainingState& state, const std::string& name,
                      const std::string& where);
double saved_real(const TrainingState& state, const std::string& name, const std::string& where);

}  // namespace kairo
