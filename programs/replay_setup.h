// What the programs that replay probes over a finished run share: its settings with overrides, and
// a replay with progress on standard error.
#pragma once

#include <string>
#include <vector>

#include "probes/replay.h"
#include "programs/command_line.h"
#include "programs/probe_sections.h"
#include "programs/run_setup.h"

namespace kairo {

// Folder of a run by its experiment: --output-dir or output.base_dir=, else `outputs`. kNotFound
// where it holds no run.
RunDirectory finished_run(const CommonFlags& flags, const std::string& experiment);

// The settings of a run with the command line's overrides. A finished run is what it was trained to
// be: kUsage for an override of experiment, task, data, model or training. False where
// --print-config or
// --help-config (which needs no experiment) has been answered: the program is done.
bool load_finished_run(const CommandLine& line, const std::string& experiment,
                       const ProbeSections& probes, RunSettings& settings);

// Shows on the one progress line (programs/progress_setup.h) how far a replay is, and which probe
// it is at; `what` begins the line. Whoever prints after an unfinished replay calls clear_status
// first.
void show_progress(ReplayOptions& options, const CommonFlags& flags, const std::string& what);

// Of --device, which replay programs take.
inline constexpr const char* kReplayDeviceHelp =
    "Where checkpoints are measured: cpu, cuda or cuda:N; cpu by default.";

// --jobs, else --threads, else one a core.
int job_count(int64_t jobs, const CommonFlags& flags);

}  // namespace kairo
