// What is run for a cell: argument lists, never a shell's text.
#pragma once

#include <vector>

#include "core/files/child_process.h"
#include "programs/sweep/cells.h"
#include "programs/sweep/manifest.h"

namespace kairo {

struct CellPrograms {
  std::string train;  // files
  std::string analyze;
  std::string probe;
};

// Those that the sweep starts: beside the running program, else on PATH. kNotFound.
CellPrograms find_programs(const SweepFile& file);

struct WorkRequest {
  bool train = true;
  bool analyze = true;
  int threads = 1;  // of a cell
};

// The commands that a cell of this status lacks, in order; none where there is nothing to do.
std::vector<Command> missing_commands(const Sweep& sweep, const SweepCell& cell, CellStatus status,
                                      const CellPrograms& programs, const WorkRequest& request);

// One cell with something to do.
struct CellJob {
  std::size_t cell = 0;  // index in Sweep::cells
  std::vector<Command> commands;
};

}  // namespace kairo
