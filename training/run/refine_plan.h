// Which updates a run's window needs done again, so that its steps have checkpoints more densely.
//
// The steps asked for are first, first + every, … up to last; those that have a checkpoint already
// are left alone. The replay begins at the last checkpoint with optimiser and training state at or
// before the first missing step, and ends at the first checkpoint of the run behind the last one:
// what it makes is believed because it comes to the same checkpoint (training/refiner.h). So a
// window cannot go beyond the run's last checkpoint. Thread rule: pure, but for reading files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/store/checkpoint.h"
#include "core/store/run_directory.h"
#include "core/store/trajectory.h"

namespace kairo {

struct RefineWindow {
  int64_t first = 0;  // steps, both ends in
  int64_t last = 0;
  int64_t every = 1;  // counted from `first`
};

// What `--refine A:B` and `--every N` say. kUsage where A and B are no steps, A > B, or N < 1.
RefineWindow refine_window(const std::string& text, int64_t every);

struct RefinePlan {
  std::vector<int64_t> missing;  // steps to be kept, ascending; empty: nothing is to be done
  int64_t n_there = 0;           // steps of the window that have a checkpoint
  // Where something is missing:
  Checkpoint start;
  std::vector<TrajectoryPoint> known;  // checkpoints of the run behind the start up to the end

  int64_t last_step() const { return known.back().step; }
};

// kUsage where the window leaves the run's checkpoints, kNotFound where none at or before it has
// the optimiser's state or where there are none at all, kCorrupt for a damaged one.
RefinePlan plan_refinement(const RunDirectory& directory, const RefineWindow& window);

// "unproven" in the run's folder: what a replay has made and no checkpoint of the run has proven
// yet. Nobody's input; what a killed replay left there goes with the next train on the run.
std::string unproven_folder(const RunDirectory& directory);

}  // namespace kairo
