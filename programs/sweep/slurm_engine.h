// Cells as tasks of a Slurm job array; the program submits, watches the queue and gathers.
//
// sweep.json keeps each cell's task, from before it is submitted until it is gathered. A sweep that
// was interrupted or killed, or whose machine went down, leaves its jobs in the queue; the same
// command gathers those that have ended since, watches the others, and submits only what is neither
// there nor done.
#pragma once

#include <string>
#include <vector>

#include "programs/sweep/local_engine.h"

namespace kairo {

struct SlurmOptions {
  std::vector<std::string> sbatch;  // further options: "--time=02:00:00"
  int poll_seconds = 10;
};

// Ends the cells whose task has left its exit code since somebody looked last, and asks the queue,
// by the array's name, for tasks of which the number was not written down: those that it does not
// know were never submitted. What is returned are the cells whose task is still to be watched. kIo
// where squeue fails.
std::vector<std::size_t> gather_tasks(Ledger& ledger);

// Submits `jobs` and watches them and the cells `at_work` to their end; submits nothing where a
// cell has failed already and `options` say to stop then. A cell ends when its task has left its
// exit code, or has left the queue without (time limit, memory, scancel). Interrupted, it leaves
// the jobs where they are; stopped by a failure, it cancels them.
SweepEnd run_on_slurm(const std::vector<CellJob>& jobs, const std::vector<std::size_t>& at_work,
                      Ledger& ledger, const EngineOptions& options, const SlurmOptions& slurm);

}  // namespace kairo
