#include "programs/probe_program.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cmath>
#include <iostream>

#include "core/store/record.h"
#include "hooks/error.h"
#include "programs/compute_setup.h"
#include "programs/interruption.h"
#include "programs/probe_sections.h"
#include "programs/replay_setup.h"

namespace kairo {
namespace {

struct ProbeFlags {
  std::string experiment;
  std::string steps;
  std::string label = "default";
  std::string results_dir;
  int64_t jobs = 0;
  std::string device = "cpu";
  bool keep_going = false;
  bool list = false;
};

ProbeFlags parse_flags(CommandLine& line, const Probe& probe) {
  ProbeFlags flags;
  CLI::App& app = line.app();
  app.description(fmt::format("Replays the probe {} over a run's checkpoints. {}", probe.name(),
                              probe.question()));
  app.add_option("--experiment", flags.experiment, "The run, a folder under --output-dir.")
      ->type_name("NAME");
  app.add_option("--steps", flags.steps,
                 "Checkpoints: A:B:C (from, to, stride), 500, first, last, lists of these; all by "
                 "default.")
      ->type_name("STEPS");
  app.add_option("--label", flags.label, "Name of the record; analyze reads default.")
      ->type_name("LABEL");
  add_results_option(app, flags.results_dir);
  app.add_option("--jobs", flags.jobs,
                 "Checkpoints at once; as many as CPUs are allowed by default.")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{4096}).description(""));
  app.add_option("--device", flags.device, kReplayDeviceHelp)->type_name("cpu|cuda|cuda:N");
  app.add_flag("--keep-going", flags.keep_going, "Leave out steps that fail, and end with 4.");
  app.add_flag("--list", flags.list, "Name all probes and their questions, and stop.");
  line.parse();
  const bool needs_run = !flags.list && !line.flags().help_config;
  if (flags.experiment.empty() && needs_run) {
    throw Error(ErrorKind::kUsage, {line.app().get_name(), "--experiment NAME", "none", ""});
  }
  return flags;
}

void print_list(const ProbeSections& probes) {
  for (const auto& probe : probes.probes) {
    std::cout << fmt::format("{:<16} {}\n", probe->name(), probe->question());
  }
}

// "0.512 +- 0.003"; without the error where there is none.
std::string with_error(double mean, double standard_error) {
  if (std::isnan(standard_error)) return fmt::format("{:.4g}", mean);
  return fmt::format("{:.4g} +- {:.2g}", mean, standard_error);
}

// The number, or the largest of a quantity with axes.
std::string summary_of(const SeriesQuantity& quantity, std::size_t n_steps) {
  const std::size_t size = quantity.mean.size() / n_steps;
  const std::size_t first = quantity.mean.size() - size;
  if (quantity.about.axes.empty()) {
    return with_error(quantity.mean[first], quantity.standard_error[first]);
  }
  std::size_t largest = first;
  for (std::size_t i = first; i < quantity.mean.size(); ++i) {
    const bool is_larger = std::isnan(quantity.mean[largest]) ||
                           std::fabs(quantity.mean[i]) > std::fabs(quantity.mean[largest]);
    if (is_larger && !std::isnan(quantity.mean[i])) largest = i;
  }
  if (std::isnan(quantity.mean[largest])) return "undefined";
  std::string where;
  std::size_t rest = largest - first;
  for (auto axis = quantity.about.axes.rbegin(); axis != quantity.about.axes.rend(); ++axis) {
    where = fmt::format(" {} {}", axis->name, axis->coordinate(rest % axis->values.size())) + where;
    rest /= axis->values.size();
  }
  return with_error(quantity.mean[largest], quantity.standard_error[largest]) +
         ", the largest, at" + where;
}

void print_record(const std::string& path) {
  const Record record = read_record(path);
  const int64_t n = record.key.n_examples;
  std::cout << fmt::format(
      "step {}, {}\n", record.steps.back(),
      n > 0 ? fmt::format("{} examples at most", n) : "exact from the weights");
  for (const SeriesQuantity& quantity : record.quantities) {
    std::cout << fmt::format("  {:<28} {} ({})\n", quantity.about.name,
                             summary_of(quantity, record.steps.size()), quantity.about.units);
  }
  for (const std::string& note : record.notes) std::cout << "  note: " << note << "\n";
  std::cout << path << "\n";
}

ExitCode say_what_came(const ReplayResult& result, const ProbeFlags& flags,
                       const CommonFlags& common) {
  const ProbeOutcome& outcome = result.probes.front();
  for (const ReplayFailure& failure : result.failures) {
    std::cerr << "step " << failure.step << " failed: " << failure.message << "\n";
  }
  if (result.was_stopped) {
    std::cerr << "interrupted; " << outcome.n_measured + outcome.n_reused
              << " steps are kept. The same command goes on.\n";
    return ExitCode::kInterrupted;
  }
  if (!outcome.left_out.empty()) {
    std::cout << outcome.probe << " is left out of " << flags.experiment << ": " << outcome.left_out
              << "\n";
    return ExitCode::kDone;
  }
  if (common.dry_run) {
    std::cout << outcome.n_measured << " steps to measure, " << outcome.n_reused
              << " there already: " << outcome.record << "\n";
    return ExitCode::kDone;
  }
  if (outcome.is_complete && !common.quiet) print_record(outcome.record);
  return result.failures.empty() ? ExitCode::kDone : ExitCode::kSomeCellsFailed;
}

ExitCode probe_program(CommandLine& line, const std::string& name) {
  const ProbeSections probes;
  Probe& probe = find_probe(probes.probes, name);
  const ProbeFlags flags = parse_flags(line, probe);
  if (flags.list) {
    print_list(probes);
    return ExitCode::kDone;
  }
  RunSettings settings;
  if (!load_finished_run(line, flags.experiment, probes, settings)) return ExitCode::kDone;
  set_up_computing(1);
  const RunDirectory run = finished_run(line.flags(), flags.experiment, flags.results_dir);
  if (!line.flags().dry_run) prepare_results(run);
  warn_of_unfinished(run);
  ReplayOptions options;
  options.label = flags.label;
  options.jobs = job_count(flags.jobs, line.flags());
  options.keep_going = flags.keep_going;
  options.device = device_of(flags.device);
  options.dry_run = line.flags().dry_run;
  options.stop = &catch_interruptions();
  show_progress(options, line.flags(), probe.name());
  options.say = [](const std::string& text) { spdlog::info("{}", text); };
  const auto points = select_steps(find_checkpoints(run.checkpoints()), flags.steps);
  return say_what_came(replay(run, {&probe}, settings.probes, points, options), flags,
                       line.flags());
}

}  // namespace

int run_probe_program(int argc, const char* const* argv, const std::string& probe) {
  return run_program(argc, argv, [&](CommandLine& line) { return probe_program(line, probe); });
}

}  // namespace kairo
