// The measuring half of analyze: the probes that a run's records lack, replayed over its
// checkpoints, and with --refine over the checkpoints that a replay of training adds.
#pragma once

#include <vector>

#include "core/store/run_directory.h"
#include "probes/replay/replay.h"
#include "programs/analyze/analyze_flags.h"
#include "programs/analyze/checked_weights.h"
#include "programs/run_setup.h"

namespace kairo {

// The probes asked for; else performance, on which events are timed, and those the run enables.
std::vector<Probe*> chosen_probes(const AnalyzeFlags& flags, const ProbesOptions& options,
                                  const ProbeSections& sections);

struct Measured {
  ReplayResult replay;
  CheckedWeights checked;
};

// Measures, then with --refine replays and measures the steps that came. With --dry-run it prints
// the plan instead. Do nothing more if the result was stopped. Throws what replay and
// refine_events throw.
Measured measure(const RunDirectory& run, const AnalyzeFlags& flags, const CommonFlags& common,
                 const std::vector<Probe*>& probes, const RunSettings& settings);

}  // namespace kairo
