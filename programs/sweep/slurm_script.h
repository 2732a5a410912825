// The batch script of a sweep: one task of a Slurm job array a cell.
#pragma once

#include <string>
#include <vector>

#include "programs/sweep/cell_commands.h"

namespace kairo {

// Where a task leaves "EXIT_CODE SECONDS" when its commands have ended; below the cell's folder.
inline const std::string kTaskEndFile = "sweep.end";

// Task i runs the commands of jobs[i], as run_locally would: output into the cell's log, each only
// if the one before ended with 0. Paths stay as they are: the job begins in the folder of sweep.
std::string slurm_script(const Sweep& sweep, const std::vector<CellJob>& jobs);

}  // namespace kairo
