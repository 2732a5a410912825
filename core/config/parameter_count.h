// How many numbers a model of these words has to learn, without building it. Thread rule: pure.
#pragma once

#include <cstdint>

#include "core/config/model_options.h"

namespace kairo {

// Equal to ParameterLayout(options).count(), which needs LibTorch (a test compares them). d_vocab
// must be settled (not 0).
int64_t parameter_count(const ModelOptions& options);

}  // namespace kairo
