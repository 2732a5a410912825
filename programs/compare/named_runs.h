// Which runs the words of a command line name: `k10_n1000` a run, `k_sweep` all cells of a sweep,
// `k_sweep/k20_bz_to_a_seed0` one of them. Looks at names and sweep.json alone.
#pragma once

#include <string>
#include <vector>

#include "core/store/run_directory.h"

namespace kairo {

struct NamedRun {
  std::string name;  // "k_sweep/k20_bz_to_a_seed0"
  RunDirectory folder;
  bool is_named = false;  // by a word of the command line, not as a cell of a sweep
};

struct NamedRuns {
  std::vector<NamedRun> runs;
  std::string sweep;  // where one sweep and nothing else was named
};

// Where runs lie, and where their results do if analyze --results-dir wrote some of them elsewhere:
// those of a run are read from `results`/RUN or `results`/SWEEP/CELL, else from its own folder.
struct RunPlaces {
  std::string base_dir;
  std::string results;  // "": all results are in the runs' folders

  const std::string& written() const { return results.empty() ? base_dir : results; }
};

// kUsage for no word, an unsafe name, or a sweep of probes (which has no runs of its own);
// kNotFound naming the nearest for what is not there; kCorrupt for a damaged sweep.json.
NamedRuns find_runs(const RunPlaces& places, const std::vector<std::string>& words);

// The name of the comparison is given, or made of the words; kUsage if it is given and unsafe. Its
// folder below `base_dir` is comparison/ of the one sweep, else comparison/<name>.
std::string comparison_name(const NamedRuns& runs, const std::vector<std::string>& words,
                            const std::string& given);
std::string comparison_folder(const std::string& base_dir, const NamedRuns& runs,
                              const std::string& name, const std::string& given);

}  // namespace kairo
