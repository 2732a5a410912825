// Cells as child processes of this program, several at once.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "programs/sweep/cell_commands.h"
#include "programs/sweep/cell_progress.h"
#include "programs/sweep/ledger.h"

namespace kairo {

enum class SweepEnd {
  kFinished,     // every cell was tried
  kStopped,      // at a failure, as asked for
  kInterrupted,  // by the user
};

struct EngineOptions {
  std::size_t jobs = 1;                     // cells at once; Slurm: 0 for no limit
  bool fail_fast = false;                   // stop at the first failure
  CellStatus wanted = CellStatus::kDone;    // kTrained: cells are not analyzed
  const std::atomic<bool>* stop = nullptr;  // not null; set: end soon
  // Called often with what runs now, in the order of their begin; may be empty.
  std::function<void(const std::vector<CellAtWork>&)> show;
};

// Runs each job's commands one after another, each only if the one before ended with 0. When
// stopped, asks every child to stop (SIGTERM: train and analyze keep what they have) and waits for
// it.
SweepEnd run_locally(const std::vector<CellJob>& jobs, Ledger& ledger,
                     const EngineOptions& options);

}  // namespace kairo
