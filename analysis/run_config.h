// What a run's config.yaml says of the run itself: data, model and training, without the options of
// probes, transitions and output. Thread rule: pure.
#pragma once

#include <string>

#include "core/config/run_options.h"

namespace kairo {

// `file` is a run's resolved config.yaml. Throws kNotFound, kCorrupt (cut short), kConfig.
RunOptions read_run_config(const std::string& file);

}  // namespace kairo
