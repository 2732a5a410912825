// train --refine A:B [--every N]: the part of train that trains nothing new.
//
// The run is named by its folder (--experiment) or by the config that trains it (--config and the
// same overrides, as for --resume). Either way it is replayed with what stands in its own folder.
#pragma once

#include <cstdint>
#include <string>

#include "programs/command_line/command_line.h"

namespace kairo {

struct RefineFlags {
  std::string window;  // "A:B"
  int64_t every = 1;
  std::string experiment;
};

// Before parse().
void add_refine_options(CLI::App& app, RefineFlags& flags);

// After parse(): whether --refine was asked for. kUsage where options of training and of
// refinement are mixed, or no run is named.
bool asks_to_refine(const CLI::App& app);

// kUsage, kConfig (another run than that of the folder), and what RunRefiner throws.
ExitCode train_refine(const CommandLine& line, const RefineFlags& flags, const std::string& config);

}  // namespace kairo
