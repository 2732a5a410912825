#include "programs/analyze/measurement.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iostream>

#include "programs/analyze/refine_events.h"
#include "programs/compute_setup.h"
#include "programs/interruption.h"
#include "programs/replay_setup.h"

namespace kairo {
namespace {

Measured run_probes(const RunDirectory& run, const AnalyzeFlags& flags, const CommonFlags& common,
                    const std::vector<Probe*>& probes, const ProbesOptions& options) {
  ReplayOptions replay_options;
  replay_options.label = flags.label;
  replay_options.jobs = job_count(flags.jobs, common);
  replay_options.keep_going = flags.keep_going;
  replay_options.device = device_of(flags.device);
  replay_options.force = flags.force;
  replay_options.dry_run = common.dry_run;
  replay_options.stop = &catch_interruptions();
  show_progress(replay_options, common, "probes");
  replay_options.say = [](const std::string& text) { spdlog::info("{}", text); };
  const auto all = find_checkpoints(run.checkpoints());
  const auto points = select_steps(all, flags.steps);
  Measured measured;
  measured.checked = check_weights(all, points);
  replay_options.damaged = measured.checked.wrong;
  measured.replay = replay(run, probes, options, points, replay_options);
  return measured;
}

void print_plan(const ReplayResult& result) {
  for (const ProbeOutcome& probe : result.probes) {
    std::cout << fmt::format("{:<16} ", probe.probe)
              << (probe.left_out.empty() ? fmt::format("{} steps to measure, {} there already",
                                                       probe.n_measured, probe.n_reused)
                                         : "left out: " + probe.left_out)
              << "\n";
  }
}

}  // namespace

std::vector<Probe*> chosen_probes(const AnalyzeFlags& flags, const ProbesOptions& options,
                                  const ProbeSections& sections) {
  std::vector<std::string> names = flags.probes;
  if (names.empty()) {
    names = options.enabled;
    if (std::find(names.begin(), names.end(), "performance") == names.end()) {
      names.insert(names.begin(), "performance");
    }
  }
  std::vector<Probe*> probes;
  for (const std::string& name : names) {
    Probe* probe = &find_probe(sections.probes, name);
    if (std::find(probes.begin(), probes.end(), probe) == probes.end()) probes.push_back(probe);
  }
  return probes;
}

Measured measure(const RunDirectory& run, const AnalyzeFlags& flags, const CommonFlags& common,
                 const std::vector<Probe*>& probes, const RunSettings& settings) {
  Measured measured = run_probes(run, flags, common, probes, settings.probes);
  if (common.dry_run) print_plan(measured.replay);
  if (flags.refine.empty() || measured.replay.was_stopped) return measured;
  const RefineResult refined = refine_events(
      run, {flags.refine, flags.every, flags.label, flags.damaged_files()}, settings, common);
  if (refined.n_added > 0 && !refined.was_stopped) {
    AnalyzeFlags rest = flags;
    rest.force = false;  // all others have just been measured again
    measured = run_probes(run, rest, common, probes, settings.probes);
  }
  measured.replay.was_stopped = measured.replay.was_stopped || refined.was_stopped;
  return measured;
}

}  // namespace kairo
