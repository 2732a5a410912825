// analyze --experiment NAME: runs the probes that are missing, then works from records alone:
// transitions, figures, dashboard, report.json, report.md and report.html. With --refine EVENT it
// first replays training where the event lies.
#include <iostream>

#include "core/base/error.h"
#include "core/files/work_lock.h"
#include "programs/analyze/analyze_flags.h"
#include "programs/analyze/measurement.h"
#include "programs/analyze/results.h"
#include "programs/command_line/terminal.h"
#include "programs/compute_setup.h"
#include "programs/replay_setup.h"
#include "studies/probes/study_probes.h"

namespace kairo {
namespace {

// Records can be drawn where no checkpoint is left.
std::vector<TrajectoryPoint> checkpoints_left(const RunDirectory& run) {
  try {
    return find_checkpoints(run.checkpoints());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    return {};
  }
}

ExitCode say_what_failed(const ReplayResult& result, const RunData& data) {
  for (const ReplayFailure& failure : result.failures) {
    std::cerr << "step " << failure.step << (failure.probe.empty() ? "" : ", " + failure.probe)
              << " failed: " << failure.message << "\n";
  }
  for (const std::string& what : data.damaged) {
    std::cerr << what << " left out: " << data.left_out.at(what) << "\n";
  }
  const bool is_whole = result.failures.empty() && data.damaged.empty();
  return is_whole ? ExitCode::kDone : ExitCode::kSomeCellsFailed;
}

ExitCode interrupted() {
  clear_status();
  std::cerr << "interrupted; what was measured is kept. Run the same command again to continue.\n";
  return ExitCode::kInterrupted;
}

ExitCode analyze(const AnalyzeFlags& flags, const CommonFlags& common, const RunSettings& settings,
                 const ProbeSections& sections) {
  const RunDirectory run = finished_run(common, flags.experiment, flags.results_dir);
  if (!common.dry_run) prepare_results(run.results());
  warn_of_unfinished(run);
  const std::vector<Probe*> probes = chosen_probes(flags, settings.probes, sections);
  Measured measured;
  if (flags.figures_only) {
    require_records(run, flags.label, sections);
    measured.checked = check_weights(checkpoints_left(run), {});
  } else {
    measured = measure(run, flags, common, probes, settings);
  }
  const bool was_stopped = measured.replay.was_stopped;
  if (common.dry_run && !was_stopped) return ExitCode::kDone;
  WorkLock lock(run.analyze_lock());
  if (was_stopped || !take_turn(lock, run, flags.label)) return interrupted();
  const RunData data = read_results(run, flags, probes, sections, settings, measured.checked);
  write_results(run, data, flags.label, common.quiet);
  return say_what_failed(measured.replay, data);
}

ExitCode run(CommandLine& line) {
  const ProbeSections sections;
  const AnalyzeFlags flags = parse_analyze_flags(line);
  if (flags.list) {
    print_names(sections);
    return ExitCode::kDone;
  }
  check_names(flags, sections);
  RunSettings settings;
  if (!load_finished_run(line, flags.experiment, sections, settings)) return ExitCode::kDone;
  set_up_computing(1);
  return analyze(flags, line.flags(), settings, sections);
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) {
  kairo::open_study_probes();
  return kairo::run_program(argc, argv, kairo::run);
}
