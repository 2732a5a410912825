// sweep --config NAME: trains and analyzes the cells of a sweep, or probes runs that are there; on
// this machine or through Slurm.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "core/store/atomic_file.h"
#include "core/store/work_lock.h"
#include "hooks/error.h"
#include "programs/command_line.h"
#include "programs/interruption.h"
#include "programs/run_setup.h"
#include "programs/sweep/cell_commands.h"
#include "programs/sweep/ledger.h"
#include "programs/sweep/local_engine.h"
#include "programs/sweep/slurm_engine.h"

namespace kairo {
namespace {

struct SweepFlags {
  std::string config;
  std::string engine = "local";
  std::size_t jobs = 0;
  bool fail_fast = false;
  bool keep_going = false;
  bool print_commands = false;
  bool train_only = false;
  bool analyze_only = false;
  std::string time;
  std::string memory;
  int cpus = 1;
  std::vector<std::string> slurm_options;
  int poll_seconds = 10;

  bool is_slurm() const { return engine == "slurm"; }
};

void add_slurm_options(CLI::App& app, SweepFlags& flags) {
  const auto slurm = [](CLI::Option* option) { return option->group("With --engine slurm"); };
  slurm(app.add_option("--time", flags.time, "Time limit of a cell, as sbatch takes it."))
      ->type_name("TIME");
  slurm(app.add_option("--mem", flags.memory, "Memory of a cell, as sbatch takes it."))
      ->type_name("SIZE");
  slurm(app.add_option("--cpus", flags.cpus, "Cores of a cell; 1 by default."))
      ->type_name("N")
      ->check(CLI::Range(1, 4096).description(""));
  slurm(app.add_option("--slurm-option", flags.slurm_options,
                       "A further option of sbatch, e.g. partition=gpu; may be repeated."))
      ->type_name("OPTION")
      ->allow_extra_args(false);
  slurm(app.add_option("--poll", flags.poll_seconds, "Seconds between looks; 10 by default."))
      ->type_name("N")
      ->check(CLI::Range(1, 3600).description(""));
}

void add_options(CLI::App& app, SweepFlags& flags) {
  app.description(
      "Trains and analyzes every cell of a sweep, or replays a probe over runs that are there. "
      "Running it again does only what is missing.");
  app.add_option("--config", flags.config, "Sweep: a name in configs/sweeps/ or a file.")
      ->type_name("NAME");
  app.add_option("--engine", flags.engine, "Where cells run: local (default) or slurm.")
      ->type_name("NAME")
      ->check(CLI::IsMember({"local", "slurm"}).description(""));
  app.add_option("--jobs", flags.jobs,
                 "Cells at once; they share the threads. Local: 1 by default; Slurm: no limit.")
      ->type_name("N")
      ->check(CLI::Range(1, 4096).description(""));
  CLI::Option* keep_going =
      app.add_flag("--keep-going", flags.keep_going,
                   "Go on with the other cells after a failure, and end with 4 (the default).");
  app.add_flag("--fail-fast", flags.fail_fast, "Stop all cells at the first failure.")
      ->excludes(keep_going);
  CLI::Option* train_only = app.add_flag("--train-only", flags.train_only, "Analyze nothing.");
  app.add_flag("--analyze-only", flags.analyze_only, "Train nothing; leave out untrained cells.")
      ->excludes(train_only);
  app.add_flag("--print-commands", flags.print_commands,
               "Print what would be run, for a shell, and stop.");
  add_slurm_options(app, flags);
}

SweepFlags parse_flags(CommandLine& line) {
  SweepFlags flags;
  add_options(line.app(), flags);
  line.parse();
  if (flags.config.empty() && !line.flags().help_config) {
    throw Error(ErrorKind::kUsage,
                {"sweep", "--config NAME", "none", "for example: sweep --config quick_sweep"});
  }
  return flags;
}

// Of one cell.
int threads_of(const SweepFlags& flags, const CommonFlags& common) {
  if (common.threads > 0) return static_cast<int>(common.threads);
  if (flags.is_slurm()) return flags.cpus;
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  return static_cast<int>(std::max<std::size_t>(1, cores / std::max<std::size_t>(1, flags.jobs)));
}

void check_folders(const Sweep& sweep) {
  if (std::filesystem::exists(sweep.folder() + "/run.json")) {
    throw Error(ErrorKind::kUsage, {sweep.folder(), "the folder of a sweep", "one of a run",
                                    "give the sweep's file another name"});
  }
  if (!sweep.file.is_of_probes()) return;
  for (const Cell& cell : sweep.cells) sweep.run(cell).require();
}

// Those with something to do; `busy` ones are at work already.
std::vector<CellJob> jobs_to_do(const Ledger& ledger, const WorkRequest& request,
                                const std::vector<std::size_t>& busy) {
  const Sweep& sweep = ledger.sweep();
  const CellPrograms programs = find_programs(sweep.file);
  std::vector<CellJob> jobs;
  for (std::size_t i = 0; i < sweep.cells.size(); ++i) {
    if (std::find(busy.begin(), busy.end(), i) != busy.end()) continue;
    auto commands =
        missing_commands(sweep, sweep.cells[i], ledger.record(i).status, programs, request);
    if (!commands.empty()) jobs.push_back({i, std::move(commands)});
  }
  return jobs;
}

void print_plan(const Ledger& ledger, const std::vector<CellJob>& jobs) {
  const Sweep& sweep = ledger.sweep();
  std::size_t width = 0;
  for (const Cell& cell : sweep.cells) width = std::max(width, cell.name.size());
  for (std::size_t i = 0; i < sweep.cells.size(); ++i) {
    const Cell& cell = sweep.cells[i];
    std::cout << fmt::format("{:<{}}  {}  {}", cell.name, width, cell.key.substr(0, 12),
                             name_of(ledger.record(i).status));
    for (const Override& each : cell.varied) std::cout << "  " << each.text();
    std::cout << "\n";
  }
  std::cout << jobs.size() << " of " << sweep.cells.size() << " cells to do: " << sweep.folder()
            << "\n";
}

void print_commands(const std::vector<CellJob>& jobs) {
  for (const CellJob& job : jobs) {
    for (const Command& command : job.commands) std::cout << shell_quoted(command) << "\n";
  }
}

void print_configs(const Sweep& sweep) {
  for (const Cell& cell : sweep.cells) {
    std::cout << "--- # " << cell.name << "\n";
    Overrides overrides = cell.overrides;
    if (sweep.file.is_of_probes()) {
      for (const Override& each : overrides) std::cout << each.key << ": " << each.value << "\n";
      continue;
    }
    set_override(overrides, "experiment.name", cell.name);
    set_override(overrides, "output.base_dir", sweep.folder());
    std::cout << resolve(sweep.file.base, overrides).yaml;
  }
}

SlurmOptions slurm_options(const SweepFlags& flags) {
  SlurmOptions slurm;
  slurm.poll_seconds = flags.poll_seconds;
  slurm.sbatch = {"--cpus-per-task=" + std::to_string(flags.cpus)};
  if (!flags.time.empty()) slurm.sbatch.push_back("--time=" + flags.time);
  if (!flags.memory.empty()) slurm.sbatch.push_back("--mem=" + flags.memory);
  for (const std::string& each : flags.slurm_options) {
    slurm.sbatch.push_back(each.rfind("--", 0) == 0 ? each : "--" + each);
  }
  return slurm;
}

ExitCode say_how_it_ended(SweepEnd end, const Ledger& ledger, const SweepFlags& flags, bool quiet) {
  const std::size_t failed = ledger.count(CellStatus::kFailed);
  const std::size_t reached =
      ledger.count(CellStatus::kDone) + (flags.train_only ? ledger.count(CellStatus::kTrained) : 0);
  if (!quiet) {
    std::cout << reached << " of " << ledger.sweep().cells.size() << " cells done"
              << (failed > 0 ? ", " + std::to_string(failed) + " failed" : "") << ": "
              << ledger.path() << "\n";
  }
  if (end == SweepEnd::kInterrupted) {
    std::cerr << (flags.is_slurm() ? "interrupted; the jobs go on, `scancel` ends them."
                                   : "interrupted; nothing is lost.")
              << " The same command goes on.\n";
    return ExitCode::kInterrupted;
  }
  if (end == SweepEnd::kStopped) return ExitCode::kFailed;
  return failed > 0 ? ExitCode::kSomeCellsFailed : ExitCode::kDone;
}

SweepEnd run_engine(const std::vector<CellJob>& jobs, const std::vector<std::size_t>& in_queue,
                    Ledger& ledger, const SweepFlags& flags) {
  EngineOptions options;
  options.jobs = flags.jobs;
  options.fail_fast = flags.fail_fast;
  options.wanted = flags.train_only ? CellStatus::kTrained : CellStatus::kDone;
  options.stop = &catch_interruptions();
  if (flags.is_slurm()) return run_on_slurm(jobs, in_queue, ledger, options, slurm_options(flags));
  options.jobs = std::max<std::size_t>(1, flags.jobs);
  return run_locally(jobs, ledger, options);
}

ExitCode run_sweep(const Sweep& sweep, const SweepFlags& flags, const CommonFlags& common) {
  const auto say = [&](const std::string& text) {
    if (!common.quiet) std::cout << text << std::endl;
  };
  const auto say_failure = [](const std::string& text) { std::cerr << text << std::endl; };
  Ledger ledger(sweep, {say, say_failure});
  const std::vector<std::size_t> in_queue = cells_in_queue(ledger);
  const WorkRequest request{!flags.analyze_only, !flags.train_only, threads_of(flags, common)};
  const std::vector<CellJob> jobs = jobs_to_do(ledger, request, in_queue);
  if (flags.print_commands || common.dry_run) {
    flags.print_commands ? print_commands(jobs) : print_plan(ledger, jobs);
    return ExitCode::kDone;
  }
  if (!flags.is_slurm() && !in_queue.empty()) {
    throw Error(ErrorKind::kUsage,
                {sweep.folder(), "no cell in Slurm's queue", ledger.record(in_queue[0]).slurm_task,
                 "watch it with --engine slurm, or end it with scancel"});
  }
  create_folder(sweep.folder());
  WorkLock lock(sweep.folder() + "/sweep.lock", LockChildren::kHold);
  lock.take("this sweep");
  ledger.save();
  const SweepEnd end = run_engine(jobs, in_queue, ledger, flags);
  return say_how_it_ended(end, ledger, flags, common.quiet);
}

ExitCode run(CommandLine& line) {
  const SweepFlags flags = parse_flags(line);
  if (line.flags().help_config) {
    RunSettings settings;
    ConfigBinder binder;
    bind_settings(binder, settings, {});
    line.load_config(binder, "");
    return ExitCode::kDone;
  }
  const Sweep sweep = make_sweep(read_sweep_file(flags.config), line.flags().overrides);
  if (line.flags().print_config) {
    print_configs(sweep);
    return ExitCode::kDone;
  }
  check_folders(sweep);
  return run_sweep(sweep, flags, line.flags());
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) { return kairo::run_program(argc, argv, kairo::run); }
