// analyze --experiment NAME: runs the probes that are missing, then works from records alone:
// transitions, figures, dashboard, report.json, report.md and report.html. With --refine EVENT it
// first replays training where the event lies.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <limits>
#include <set>

#include "analysis/event_windows.h"
#include "analysis/figures/figure.h"
#include "analysis/report/report.h"
#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/files/atomic_file.h"
#include "core/files/temporary_file.h"
#include "core/files/work_lock.h"
#include "programs/checked_weights.h"
#include "programs/command_line/terminal.h"
#include "programs/compute_setup.h"
#include "programs/font_check.h"
#include "programs/interruption.h"
#include "programs/probe_sections.h"
#include "programs/refine_events.h"
#include "programs/replay_setup.h"

namespace kairo {
namespace {

struct AnalyzeFlags {
  std::string experiment;
  std::vector<std::string> probes;
  std::string steps;
  std::string label = kDefaultLabel;
  std::string results_dir;
  int64_t jobs = 0;
  std::string device = "cpu";
  bool figures_only = false;
  bool force = false;
  bool keep_going = false;
  std::string refine;
  int64_t every = 0;
  bool list = false;
};

void add_options(CLI::App& app, AnalyzeFlags& flags) {
  app.description(
      "Runs the probes that a run's records lack, finds its transitions, draws figures and "
      "dashboard, and writes report.json, report.md and report.html.");
  app.add_option("--experiment", flags.experiment, "The run, a folder under --output-dir.")
      ->type_name("NAME");
  app.add_option("--probes", flags.probes,
                 "Probes to run, separated by commas; performance and probes.enabled by default.")
      ->type_name("LIST")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option(
         "--steps", flags.steps,
         "Checkpoints to measure: A:B:C (from, to, stride), 500, first, last, or a list of these; "
         "all by default.")
      ->type_name("STEPS");
  app.add_option("--label", flags.label,
                 "Name of the records to read and write. Another one than default has figures and "
                 "reports of its own, figures-LABEL/ and report-LABEL.*.")
      ->type_name("LABEL");
  add_results_option(app, flags.results_dir);
  app.add_option("--jobs", flags.jobs,
                 "Number of checkpoints measured at once; by default one per allowed CPU.")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{4096}).description(""));
  app.add_option("--device", flags.device, kReplayDeviceHelp)->type_name("cpu|cuda|cuda:N");
  app.add_flag("--figures-only", flags.figures_only,
               "Run no probe; draw from the records that exist.");
  app.add_flag(
      "--force", flags.force,
      "Measure again even if a matching record exists. The old record stays until the new "
      "one is complete; measurements of deleted checkpoints with other settings are lost.");
  app.add_flag("--keep-going", flags.keep_going,
               "Leave out steps that fail and records or metrics that are damaged; the exit code "
               "is then 4.");
  app.add_option(
         "--refine", flags.refine,
         "Replay training around an event (train --refine) and measure more steps there: onset "
         "(when the z gap begins), another event from --list, or all. If the event never "
         "happened there is nothing to refine; this is reported and is not an error.")
      ->type_name("EVENT");
  app.add_option(
         "--every", flags.every,
         "With --refine: steps between the new checkpoints. By default 1, or a fiftieth of a "
         "window wider than 50 steps.")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()).description(""));
  app.add_flag("--list", flags.list, "List all probes, figures and events, then stop.");
}

[[noreturn]] void refuse(const std::string& where, const std::string& fact,
                         const std::string& hint) {
  throw Error(ErrorKind::kUsage).at(where).fact(fact).hint(hint);
}

AnalyzeFlags parse_flags(CommandLine& line) {
  AnalyzeFlags flags;
  add_options(line.app(), flags);
  line.leave_out({"--seed"});
  line.parse();
  if (flags.list) return flags;
  if (flags.experiment.empty() && !line.flags().help_config) {
    refuse("analyze", "--experiment NAME is missing", "for example: analyze --experiment quick");
  }
  if (flags.figures_only && flags.force) {
    refuse("analyze", "--figures-only and --force exclude each other", "");
  }
  if (flags.every > 0 && flags.refine.empty()) {
    refuse("--every", "works only with --refine EVENT", "");
  }
  if (!flags.refine.empty() && !flags.results_dir.empty()) {
    throw Error(ErrorKind::kUsage)
        .at("--refine")
        .fact("the new checkpoints belong to the run, so --results-dir cannot take them")
        .hint("copy the run's folder and refine the copy");
  }
  if (!flags.refine.empty() && (flags.figures_only || !flags.steps.empty())) {
    refuse("--refine", "excludes --steps and --figures-only", "the steps it adds are measured");
  }
  return flags;
}

// Names that are wrong whatever the run holds: before its files are read.
void check_names(const AnalyzeFlags& flags, const ProbeSections& sections) {
  check_label(flags.label);
  if (!flags.refine.empty()) check_event_name(flags.refine);
  for (const std::string& name : flags.probes) find_probe(sections.probes, name);
  device_of(flags.device);
}

ExitCode print_list(const ProbeSections& sections) {
  for (const auto& probe : sections.probes) {
    std::cout << fmt::format("probe   {:<26} {}\n", probe->name(), probe->question());
  }
  for (const std::string& name : figure_names()) std::cout << "figure  " << name << "\n";
  for (const std::string& name : event_names()) std::cout << "event   " << name << "\n";
  return ExitCode::kDone;
}

// Those asked for; else performance, on which events are timed, and what the run enables.
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

ReplayResult run_probes(const RunDirectory& run, const AnalyzeFlags& flags,
                        const CommonFlags& common, const std::vector<Probe*>& probes,
                        const ProbesOptions& options, CheckedWeights& checked) {
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
  checked = check_weights(all, points);
  replay_options.damaged = checked.wrong;
  return replay(run, probes, options, points, replay_options);
}

// Probes whose record is read: those chosen, and any that has one.
std::vector<std::string> probes_to_read(const RunDirectory& run, const AnalyzeFlags& flags,
                                        const std::vector<Probe*>& chosen,
                                        const ProbeSections& sections) {
  std::vector<std::string> names;
  for (const auto& probe : sections.probes) {
    const bool is_chosen = std::find(chosen.begin(), chosen.end(), probe.get()) != chosen.end();
    if (is_chosen || std::filesystem::exists(run.record(probe->name(), flags.label))) {
      names.emplace_back(probe->name());
    }
  }
  return names;
}

// A mistyped label must not make a report of nothing. The default label may be without records: its
// figures then show the metrics alone.
void require_records(const RunDirectory& run, const std::string& label,
                     const ProbeSections& sections) {
  if (label == kDefaultLabel) return;
  std::set<std::string> labels;
  for (const auto& probe : sections.probes) {
    const std::filesystem::path record = run.record(probe->name(), label);
    if (std::filesystem::exists(record)) return;
    std::error_code none;  // no folder: the probe has no records
    for (std::filesystem::directory_iterator file(record.parent_path(), none), end;
         !none && file != end; file.increment(none)) {
      if (file->path().extension() == ".h5") labels.insert(file->path().stem().string());
    }
  }
  const std::vector<std::string> known(labels.begin(), labels.end());
  throw Error(ErrorKind::kNotFound)
      .at("--label " + label)
      .fact("the run " + run.experiment() + " has no records of this label")
      .hint(known.empty() ? "run analyze without --figures-only to make them"
                          : "labels there: " + fmt::format("{}", fmt::join(known, ", ")));
}

// A probe that has no meaning for this run says why in its own words.
void add_reasons(RunData& data, const RunDirectory& run, const ModelOptions& model,
                 const std::vector<Probe*>& probes) {
  const std::shared_ptr<const Dataset> dataset = read_dataset(run.dataset_file());
  for (const Probe* probe : probes) {
    const std::string reason = why_left_out(*probe, *dataset, model);
    if (!reason.empty()) data.left_out[probe->name()] = reason;
  }
}

// Figures and report of one analyze, not of two mixed. False where it was interrupted while it
// waited.
bool take_turn(WorkLock& lock, const RunDirectory& run, const std::string& label) {
  const auto say = [](const std::string& holder) {
    spdlog::info("waiting for {}, which draws the figures", holder);
  };
  if (!lock.wait("drawing the figures", &catch_interruptions(), say)) return false;
  remove_leftovers(run.results());
  remove_leftovers(figures_path(run, label));
  return true;
}

void write_results(const RunDirectory& run, const RunData& data, const std::string& label,
                   bool quiet) {
  warn_without_fonts();
  const Findings findings = find_all(data);
  const std::vector<FigureResult> figures =
      draw_figures({data, findings.transitions}, figures_path(run, label), {});
  write_reports(run, data, findings, figures, label);
  if (quiet) return;
  for (const Transition& transition : findings.transitions) {
    std::cout << fmt::format("{:<36} {}\n", transition.event.title, describe(transition));
  }
  std::cout << figures_path(run, label) << "/dashboard.png\n"
            << report_path(run, "html", label) << "\n";
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

void print_plan(const ReplayResult& result) {
  for (const ProbeOutcome& probe : result.probes) {
    std::cout << fmt::format("{:<16} ", probe.probe)
              << (probe.left_out.empty() ? fmt::format("{} steps to measure, {} there already",
                                                       probe.n_measured, probe.n_reused)
                                         : "left out: " + probe.left_out)
              << "\n";
  }
}

// Records can be drawn where no checkpoint is left.
std::vector<TrajectoryPoint> checkpoints_left(const RunDirectory& run) {
  try {
    return find_checkpoints(run.checkpoints());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    return {};
  }
}

DamagedFiles damaged_files(const AnalyzeFlags& flags) {
  return flags.keep_going ? DamagedFiles::kLeftOut : DamagedFiles::kRefused;
}

// Measures, and with --refine replays and measures what came. Nothing more is to be done where the
// result was stopped.
ReplayResult measure(const RunDirectory& run, const AnalyzeFlags& flags, const CommonFlags& common,
                     const std::vector<Probe*>& probes, const RunSettings& settings,
                     CheckedWeights& checked) {
  ReplayResult replayed = run_probes(run, flags, common, probes, settings.probes, checked);
  if (common.dry_run) print_plan(replayed);
  if (flags.refine.empty() || replayed.was_stopped) return replayed;
  const RefineResult refined = refine_events(
      run, {flags.refine, flags.every, flags.label, damaged_files(flags)}, settings, common);
  if (refined.n_added > 0 && !refined.was_stopped) {
    AnalyzeFlags rest = flags;
    rest.force = false;  // all others have just been measured again
    replayed = run_probes(run, rest, common, probes, settings.probes, checked);
  }
  replayed.was_stopped = replayed.was_stopped || refined.was_stopped;
  return replayed;
}

ExitCode analyze(const AnalyzeFlags& flags, const CommonFlags& common, const RunSettings& settings,
                 const ProbeSections& sections) {
  const RunDirectory run = finished_run(common, flags.experiment, flags.results_dir);
  if (!common.dry_run) prepare_results(run);
  warn_of_unfinished(run);
  const std::vector<Probe*> probes = chosen_probes(flags, settings.probes, sections);
  ReplayResult replayed;
  CheckedWeights checked;
  if (flags.figures_only) {
    require_records(run, flags.label, sections);
    checked = check_weights(checkpoints_left(run), {});
  } else {
    replayed = measure(run, flags, common, probes, settings, checked);
  }
  if (common.dry_run && !replayed.was_stopped) return ExitCode::kDone;
  WorkLock lock(run.analyze_lock());
  if (replayed.was_stopped || !take_turn(lock, run, flags.label)) {
    clear_status();
    std::cerr
        << "interrupted; what was measured is kept. Run the same command again to continue.\n";
    return ExitCode::kInterrupted;
  }
  RunData data =
      load_run(run, flags.label, probes_to_read(run, flags, probes, sections), settings.transitions,
               settings.run.training.checkpoint_every, damaged_files(flags));
  data.eval_examples = settings.run.training.eval_examples;
  refuse_wrong_records(data, run, checked, damaged_files(flags));
  add_reasons(data, run, *settings.run.model, probes);
  write_results(run, data, flags.label, common.quiet);
  return say_what_failed(replayed, data);
}

ExitCode run(CommandLine& line) {
  const ProbeSections sections;
  const AnalyzeFlags flags = parse_flags(line);
  if (flags.list) return print_list(sections);
  check_names(flags, sections);
  RunSettings settings;
  if (!load_finished_run(line, flags.experiment, sections, settings)) return ExitCode::kDone;
  set_up_computing(1);
  return analyze(flags, line.flags(), settings, sections);
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) { return kairo::run_program(argc, argv, kairo::run); }
