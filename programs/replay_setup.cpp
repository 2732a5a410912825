#include "programs/replay_setup.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>

#include "core/base/cpu_allowance.h"
#include "core/base/error.h"
#include "core/config/whole_config.h"
#include "core/store/run_state.h"
#include "programs/progress_setup.h"

namespace kairo {
namespace {

void refuse_training_overrides(const CommonFlags& flags) {
  for (const std::string& each : flags.overrides) {
    for (const char* section : {"experiment.", "task.", "data.", "model.", "training."}) {
      if (each.rfind(section, 0) != 0) continue;
      throw Error(ErrorKind::kUsage)
          .at("override " + each)
          .fact(
              "a finished run cannot change this key, only those of probes, transitions and output")
          .hint("train another run, or set probes.seed for other examples");
    }
  }
}

}  // namespace

void add_replay_options(CLI::App& app, ReplayFlags& flags) {
  app.add_option("--experiment", flags.experiment, "The run, a folder under --output-dir.")
      ->type_name("NAME");
  app.add_option(
         "--steps", flags.steps,
         "Checkpoints to measure: A:B:C (from, to, stride), 500, first, last, or a list of these; "
         "all by default.")
      ->type_name("STEPS");
  app.add_option("--results-dir", flags.results_dir,
                 "Write records, figures and report to DIR/NAME; the run's folder by default.")
      ->type_name("DIR");
  app.add_option("--jobs", flags.jobs,
                 "Number of checkpoints measured at once; by default one per allowed CPU.")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{4096}).description(""));
  app.add_option("--device", flags.device, "Device to measure on; cpu by default.")
      ->type_name("cpu|cuda|cuda:N");
}

void warn_of_unfinished(const RunDirectory& run) {
  const std::string text = unfinished_text(run);
  if (!text.empty()) spdlog::warn("{}", text);
}

RunDirectory finished_run(const CommonFlags& flags, const std::string& experiment,
                          const std::string& results_dir) {
  const std::string key = "output.base_dir=";
  std::string base_dir = OutputOptions().base_dir;
  for (const std::string& each : flags.overrides) {
    if (each.rfind(key, 0) == 0) base_dir = each.substr(key.size());
  }
  RunDirectory run(base_dir, experiment, results_dir);
  run.require();
  return run;
}

bool load_finished_run(const CommandLine& line, const std::string& experiment,
                       const ProbeSections& probes, RunSettings& settings) {
  ConfigBinder binder;
  bind_settings(binder, settings, probes.sections());
  if (experiment.empty()) return line.load_config(binder, "");
  refuse_training_overrides(line.flags());
  const RunDirectory run = finished_run(line.flags(), experiment);
  check_whole_config(run.config_file());
  return line.load_config(binder, run.config_file());
}

void show_progress(ReplayOptions& options, const CommonFlags& flags, const std::string& what) {
  const auto progress = std::make_shared<Progress>(make_progress(flags, {what, "checkpoints", ""}));
  const auto state = std::make_shared<ProgressState>();
  options.progress = [progress, state](int64_t done, int64_t total) {
    state->done = done;
    state->total = total;
    progress->update(*state);
    if (done == total) progress->clear();
  };
  options.begins = [progress, state](const std::string& probe, int64_t total) {
    state->doing = probe;
    state->total = total;
    progress->update(*state);
  };
}

int job_count(int64_t jobs, const CommonFlags& flags) {
  if (jobs > 0) return static_cast<int>(jobs);
  if (flags.threads > 0) return static_cast<int>(flags.threads);
  return allowed_cpus();
}

}  // namespace kairo
