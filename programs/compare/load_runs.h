// Reads many runs at once, each whole or not at all.
#pragma once

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "analysis/compare/compared_run.h"
#include "programs/compare/named_runs.h"

namespace kairo {

struct LoadRequest {
  std::string label;
  std::size_t threads = 1;  // at most: fewer where the system starts no more
  bool keep_going = false;
  const std::atomic<bool>* stop = nullptr;
};

struct LoadedRuns {
  std::vector<ComparedRun> runs;                              // in the order named
  std::vector<std::pair<std::string, std::string>> left_out;  // name, why
  bool was_stopped = false;
};

// Missing or damaged runs (kNotFound, kCorrupt) are left out with keep_going; else the first in the
// order named is thrown. Other errors always are.
LoadedRuns load_runs(const std::vector<NamedRun>& named, const LoadRequest& request);

}  // namespace kairo
