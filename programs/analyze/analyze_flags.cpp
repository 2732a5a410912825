#include "programs/analyze/analyze_flags.h"

#include <fmt/format.h>

#include <iostream>
#include <limits>

#include "analysis/event_windows.h"
#include "analysis/figures/figure.h"
#include "core/base/error.h"
#include "programs/compute_setup.h"
#include "programs/replay_setup.h"

namespace kairo {
namespace {

void add_options(CLI::App& app, AnalyzeFlags& flags) {
  app.description(
      "Runs the probes that a run's records lack, finds its transitions, draws figures and "
      "dashboard, and writes report.json, report.md and report.html.");
  add_replay_options(app, flags);
  app.add_option("--probes", flags.probes,
                 "Probes to run, separated by commas; performance and probes.enabled by default.")
      ->type_name("LIST")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--label", flags.label,
                 "Name of the records to read and write. Another one than default has figures and "
                 "reports of its own, figures-LABEL/ and report-LABEL.*.")
      ->type_name("LABEL");
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

}  // namespace

DamagedFiles AnalyzeFlags::damaged_files() const {
  return keep_going ? DamagedFiles::kLeftOut : DamagedFiles::kRefused;
}

AnalyzeFlags parse_analyze_flags(CommandLine& line) {
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

void check_names(const AnalyzeFlags& flags, const ProbeSections& sections) {
  check_label(flags.label);
  if (!flags.refine.empty()) check_event_name(flags.refine);
  for (const std::string& name : flags.probes) find_probe(sections.probes, name);
  device_of(flags.device);
}

void print_names(const ProbeSections& sections) {
  for (const auto& probe : sections.probes) {
    std::cout << fmt::format("probe   {:<26} {}\n", probe->name(), probe->question());
  }
  for (const std::string& name : figure_names()) std::cout << "figure  " << name << "\n";
  for (const std::string& name : event_names()) std::cout << "event   " << name << "\n";
}

}  // namespace kairo
