// The replay of a window of a run: the same updates again, keeping a checkpoint at more of them.
//
// Resuming is exact, so a replay comes to the run's later checkpoints to the byte. It proves itself
// by that:
//  - every checkpoint of the run that it meets is compared, byte by byte, over the parts that the
//    file has: weights, optimiser, order of examples. (Not the sums over evaluations: a replay
//    evaluates nothing.)
//  - what it makes stands in unproven/ until the next checkpoint of the run has been met, and then
//    moves to checkpoints/. Where one is met that differs, or the replay ends before, it is thrown
//    away: nothing unproven becomes a checkpoint of the run, and what was proven stays.
//  - no checkpoint of the run is written over; metrics, run.json, config and dataset are not
//    touched. A run is resumed after as before, for the new checkpoints hold the model alone: they
//    can be probed, and take a third of the room.
//
// Example: a run has checkpoints at 0, 8, 16 and 24. `--refine 5:19 --every 4` asks for 5, 9, 13
// and
// 17. The replay begins at 0 and ends at 24, the first checkpoint after 17:
//   update 5: saved in unproven/        8: equal to the run's, so 5 moves to checkpoints/
//   updates 9, 13: saved               16: equal, both move
//   update 17: saved                   24: equal, it moves
// Four steps are added by three proofs. If 16 had differed, the replay would have ended there: 9
// and 13 thrown away, 5 kept. Thread rule: one thread; the caller holds the run's train_lock().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/store/run_directory.h"
#include "training/learner.h"
#include "training/run/refine_plan.h"
#include "training/run/run_options.h"

namespace kairo {

struct RefineSetup {
  RunOptions options;       // settled; those of the run
  std::string config_yaml;  // resolved, kept in every checkpoint
  int threads = 1;
  at::Device device = at::kCPU;
  const std::atomic<bool>* stop = nullptr;  // set from outside: end after the update in hand
  std::function<void(int64_t done, int64_t total)> progress;  // updates; may be empty
};

struct RefineResult {
  int64_t n_added = 0;   // new checkpoints
  int64_t n_proofs = 0;  // checkpoints of the run that were met, equal to the byte
  bool was_stopped = false;
};

// Needs a plan with missing steps. kNumeric where a checkpoint of the run is not met to the byte,
// or an update is not finite: names the step and what may differ. kConfig for a float64 model,
// kCorrupt for a damaged checkpoint on the way, kIo.
RefineResult refine(const RunDirectory& directory, const RefineSetup& setup, const Dataset& data,
                    const RefinePlan& plan);

// Names of the arrays and values in which two checkpoints of one step differ, over the parts that
// `of_run` has and a replay makes: "blocks.0.attn.W_Q", "exp_avg/unembed.W_U", "data_cursor".
std::vector<std::string> differing_parts(const Checkpoint& of_run, const Checkpoint& replayed);

}  // namespace kairo
