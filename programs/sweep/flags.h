// The command line of sweep.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "programs/command_line/command_line.h"
#include "programs/sweep/slurm_engine.h"

namespace kairo {

struct SweepFlags {
  std::string config;
  std::vector<std::string> seeds;  // none: those of the file
  std::string engine = "local";
  std::size_t jobs = 0;
  bool fail_fast = false;
  bool keep_going = false;
  bool print_commands = false;
  bool train_only = false;
  bool analyze_only = false;
  bool list = false;
  std::string time;
  std::string memory;
  int cpus = 1;
  std::vector<std::string> slurm_options;
  int poll_seconds = 10;

  bool is_slurm() const { return engine == "slurm"; }
};

// Reads them beside the common ones. kUsage, also for an option of sbatch that sweep itself sets.
SweepFlags parse_flags(CommandLine& line);

SlurmOptions slurm_options(const SweepFlags& flags);

}  // namespace kairo
