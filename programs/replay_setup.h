// What the programs that replay probes over a finished run share: its settings with overrides, and
// a replay with progress on standard error.
#pragma once

#include <string>
#include <vector>

#include "probes/replay/replay.h"
#include "programs/command_line/command_line.h"
#include "programs/probe_sections.h"
#include "programs/run_setup.h"

namespace kairo {

// Options of every program that replays probes.
struct ReplayFlags {
  std::string experiment;
  std::string steps;
  std::string results_dir;
  int64_t jobs = 0;
  std::string device = "cpu";
};
void add_replay_options(CLI::App& app, ReplayFlags& flags);

// Folder of a run by its experiment: --output-dir or output.base_dir=, else `outputs`. kNotFound
// if it holds no run.
RunDirectory finished_run(const CommonFlags& flags, const std::string& experiment,
                          const std::string& results_dir = "");

// One line in the log if the run is not finished: at work, killed, interrupted or failed.
void warn_of_unfinished(const RunDirectory& run);

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

// --jobs, else --threads, else core/base/cpu_allowance.h.
int job_count(int64_t jobs, const CommonFlags& flags);

}  // namespace kairo
