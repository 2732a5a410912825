// What the command line of analyze says.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/result_paths.h"
#include "analysis/run_data.h"
#include "programs/command_line/command_line.h"
#include "programs/probe_sections.h"
#include "programs/replay_setup.h"

namespace kairo {

struct AnalyzeFlags : ReplayFlags {
  std::vector<std::string> probes;
  std::string label = kDefaultLabel;
  bool figures_only = false;
  bool force = false;
  bool keep_going = false;
  std::string refine;
  int64_t every = 0;
  bool list = false;

  // Damaged records and metrics are left out with --keep-going.
  DamagedFiles damaged_files() const;
};

// Reads the command line. kUsage for flags that are missing or exclude each other.
AnalyzeFlags parse_analyze_flags(CommandLine& line);

// Throws for names that are wrong whatever the run holds, before its files are read.
void check_names(const AnalyzeFlags& flags, const ProbeSections& sections);

// analyze --list: the names of all probes, figures and events.
void print_names(const ProbeSections& sections);

}  // namespace kairo
