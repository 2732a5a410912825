// The weights that a run begins with instead of drawn ones: training.init_from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config/run_options.h"
#include "core/store/checkpoint.h"

namespace kairo {

struct InitialWeights {
  std::string path;
  std::string content_hash;  // the checkpoint's, kept in run.json
  std::vector<NamedArray> parameters;
};

// Nothing without training.init_from. kNotFound, kCorrupt as read_checkpoint; kConfig, naming file
// and parameter, where the checkpoint has other parameters or shapes than the settled
// options.model.
std::optional<InitialWeights> read_initial_weights(const RunOptions& options);

}  // namespace kairo
