// Cells as tasks of a Slurm job array; the program submits, watches the queue and gathers.
//
// sweep.json keeps each cell's task. A sweep that was interrupted, or whose machine went down,
// leaves its jobs in the queue; the same command watches them again and submits only what is
// neither there nor done.
#pragma once

#include <string>
#include <vector>

#include "programs/sweep/local_engine.h"

namespace kairo {

struct SlurmOptions {
  std::vector<std::string> sbatch;  // further options: "--time=02:00:00"
  int poll_seconds = 10;
};

// Cells that sweep.json says are in the queue and that are; the tasks of others are forgotten. kIo
// where squeue fails.
std::vector<std::size_t> cells_in_queue(Ledger& ledger);

// Submits `jobs` and watches them and the cells `in_queue` to their end. A cell ends when its task
// has left its exit code, or has left the queue without (time limit, memory, scancel). Interrupted,
// it leaves the jobs where they are; stopped by a failure, it cancels them.
SweepEnd run_on_slurm(const std::vector<CellJob>& jobs, const std::vector<std::size_t>& in_queue,
                      Ledger& ledger, const EngineOptions& options, const SlurmOptions& slurm);

}  // namespace kairo
