#include "programs/sweep/flags.h"

#include <algorithm>

#include "core/base/error.h"

namespace kairo {
namespace {

// By these the sweep finds its tasks and their messages again.
const std::vector<std::string> kOwnOptions = {"array", "chdir", "job-name", "output", "parsable"};

void add_slurm_options(CLI::App& app, SweepFlags& flags) {
  const auto slurm = [](CLI::Option* option) { return option->group("With --engine slurm"); };
  slurm(app.add_option("--time", flags.time, "Time limit per cell, in the format of sbatch."))
      ->type_name("TIME");
  slurm(app.add_option("--mem", flags.memory, "Memory per cell, in the format of sbatch."))
      ->type_name("SIZE");
  slurm(app.add_option("--cpus", flags.cpus, "Cores per cell; 1 by default."))
      ->type_name("N")
      ->check(CLI::Range(1, 4096).description(""));
  slurm(app.add_option("--slurm-option", flags.slurm_options,
                       "Another option for sbatch, e.g. partition=gpu; may be repeated."))
      ->type_name("OPTION")
      ->allow_extra_args(false);
  slurm(app.add_option("--poll", flags.poll_seconds, "Polling interval in seconds; 10 by default."))
      ->type_name("N")
      ->check(CLI::Range(1, 3600).description(""));
}

void add_failure_options(CLI::App& app, SweepFlags& flags) {
  CLI::Option* keep_going =
      app.add_flag("--keep-going", flags.keep_going,
                   "Continue with the other cells after a failure; the exit code is then 4 (the "
                   "default).");
  app.add_flag("--fail-fast", flags.fail_fast, "Stop all cells at the first failure.")
      ->excludes(keep_going);
}

void add_work_options(CLI::App& app, SweepFlags& flags) {
  CLI::Option* train_only =
      app.add_flag("--train-only", flags.train_only, "Train the cells, but do not analyze them.");
  app.add_flag("--analyze-only", flags.analyze_only, "Analyze the trained cells; train nothing.")
      ->excludes(train_only);
  app.add_flag("--print-commands", flags.print_commands,
               "Print the commands that would be run, quoted for a shell, then stop.");
}

void add_options(CLI::App& app, SweepFlags& flags) {
  app.add_option("--config", flags.config, "Sweep to run: a name from --list, or a file.")
      ->type_name("NAME");
  app.add_option("--seeds", flags.seeds,
                 "Seeds (experiment.seed), separated by commas, instead of those of the file; "
                 "finished seeds are skipped.")
      ->type_name("LIST")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--engine", flags.engine, "Where cells run: local (default) or slurm.")
      ->type_name("NAME")
      ->check(CLI::IsMember({"local", "slurm"}).description(""));
  app.add_option("--jobs", flags.jobs,
                 "Number of cells run at once; they share the threads. By default 1; with Slurm no "
                 "limit.")
      ->type_name("N")
      ->check(CLI::Range(1, 4096).description(""));
  add_failure_options(app, flags);
  add_work_options(app, flags);
  app.add_flag("--list", flags.list, "List the sweeps and their number of cells, then stop.");
  add_slurm_options(app, flags);
}

std::string with_dashes(const std::string& option) {
  return option.rfind("--", 0) == 0 ? option : "--" + option;
}

void refuse_own_options(const std::vector<std::string>& slurm_options) {
  for (const std::string& each : slurm_options) {
    const std::string text = with_dashes(each);
    const std::string name = text.substr(2, text.find('=') - 2);
    if (std::find(kOwnOptions.begin(), kOwnOptions.end(), name) == kOwnOptions.end()) continue;
    throw Error(ErrorKind::kUsage)
        .at("--slurm-option " + each)
        .fact("sweep sets " + name + " itself")
        .hint("the array is named after the sweep");
  }
}

}  // namespace

SweepFlags parse_flags(CommandLine& line) {
  SweepFlags flags;
  line.app().description(
      "Trains and analyzes every cell of a sweep, or runs a probe over existing runs. Running it "
      "again does only what is missing.");
  add_options(line.app(), flags);
  line.parse();
  if (flags.config.empty() && !line.flags().help_config && !flags.list) {
    throw Error(ErrorKind::kUsage)
        .at("sweep")
        .fact("--config NAME is missing")
        .hint("for example: sweep --config quick_sweep; sweep --list lists the names");
  }
  refuse_own_options(flags.slurm_options);
  return flags;
}

SlurmOptions slurm_options(const SweepFlags& flags) {
  SlurmOptions slurm;
  slurm.poll_seconds = flags.poll_seconds;
  slurm.sbatch = {"--cpus-per-task=" + std::to_string(flags.cpus)};
  if (!flags.time.empty()) slurm.sbatch.push_back("--time=" + flags.time);
  if (!flags.memory.empty()) slurm.sbatch.push_back("--mem=" + flags.memory);
  for (const std::string& each : flags.slurm_options) slurm.sbatch.push_back(with_dashes(each));
  return slurm;
}

}  // namespace kairo
