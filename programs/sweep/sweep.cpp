// sweep --config NAME: trains and analyzes the cells of a sweep, or probes runs that are there; on
// this machine or through Slurm.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "core/base/cpu_allowance.h"
#include "core/base/error.h"
#include "core/config/config_search.h"
#include "core/files/atomic_file.h"
#include "core/files/work_lock.h"
#include "programs/command_line/terminal.h"
#include "programs/font_check.h"
#include "programs/interruption.h"
#include "programs/run_setup.h"
#include "programs/sweep/cell_commands.h"
#include "programs/sweep/flags.h"
#include "programs/sweep/ledger.h"
#include "programs/sweep/local_engine.h"

namespace kairo {
namespace {

// Of one cell.
int threads_of(const SweepFlags& flags, const CommonFlags& common) {
  if (common.threads > 0) return static_cast<int>(common.threads);
  if (flags.is_slurm()) return flags.cpus;
  const int jobs = static_cast<int>(std::max<std::size_t>(1, flags.jobs));
  return std::max(1, allowed_cpus() / jobs);
}

void check_folders(const Sweep& sweep) {
  if (std::filesystem::exists(sweep.folder() + "/run.json")) {
    throw Error(ErrorKind::kUsage)
        .at(sweep.folder())
        .fact("this is the folder of a run, not of a sweep")
        .hint("give the sweep's file another name");
  }
  if (!sweep.file.is_of_probes()) return;
  for (const SweepCell& cell : sweep.cells) sweep.run(cell).require();
}

// Those with something to do: neither at work at Slurm nor failed just now.
std::vector<CellJob> jobs_to_do(const Ledger& ledger, const WorkRequest& request) {
  const Sweep& sweep = ledger.sweep();
  const CellPrograms programs = find_programs(sweep.file);
  std::vector<CellJob> jobs;
  for (std::size_t i = 0; i < sweep.cells.size(); ++i) {
    const CellRecord& record = ledger.record(i);
    if (!record.slurm_task.empty() || record.status == CellStatus::kFailed) continue;
    auto commands = missing_commands(sweep, sweep.cells[i], record.status, programs, request);
    if (!commands.empty()) jobs.push_back({i, std::move(commands)});
  }
  return jobs;
}

void print_plan(const Ledger& ledger, const std::vector<CellJob>& jobs) {
  const Sweep& sweep = ledger.sweep();
  std::size_t width = 0;
  for (const SweepCell& cell : sweep.cells) width = std::max(width, cell.name.size());
  for (std::size_t i = 0; i < sweep.cells.size(); ++i) {
    const SweepCell& cell = sweep.cells[i];
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
  for (const SweepCell& cell : sweep.cells) {
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
              << " Run the same command again to continue.\n";
    return ExitCode::kInterrupted;
  }
  if (end == SweepEnd::kStopped) return ExitCode::kFailed;
  return failed > 0 ? ExitCode::kSomeCellsFailed : ExitCode::kDone;
}

SweepEnd run_engine(const std::vector<CellJob>& jobs, const std::vector<std::size_t>& at_work,
                    Ledger& ledger, const SweepFlags& flags, const CommonFlags& common) {
  EngineOptions options;
  options.jobs = flags.jobs;
  options.fail_fast = flags.fail_fast;
  options.wanted = flags.train_only ? CellStatus::kTrained : CellStatus::kDone;
  options.stop = &catch_interruptions();
  if (flags.is_slurm()) return run_on_slurm(jobs, at_work, ledger, options, slurm_options(flags));
  options.jobs = std::max<std::size_t>(1, flags.jobs);
  CellLines lines;
  if (!common.quiet && !common.no_progress) {
    options.show = [&lines](const std::vector<CellAtWork>& cells) { lines.show(cells); };
  }
  const SweepEnd end = run_locally(jobs, ledger, options);
  clear_status();
  return end;
}

// What was at work already may leave something: a task of --train-only, or of earlier settings.
SweepEnd do_all(const WorkRequest& request, const std::vector<std::size_t>& at_work, Ledger& ledger,
                const SweepFlags& flags, const CommonFlags& common) {
  const SweepEnd end = run_engine(jobs_to_do(ledger, request), at_work, ledger, flags, common);
  if (end != SweepEnd::kFinished || at_work.empty()) return end;
  return run_engine(jobs_to_do(ledger, request), {}, ledger, flags, common);
}

void refuse_tasks_elsewhere(const Ledger& ledger, const std::vector<std::size_t>& at_work,
                            const SweepFlags& flags) {
  if (flags.is_slurm() || at_work.empty()) return;
  throw Error(ErrorKind::kUsage)
      .at(ledger.sweep().folder())
      .fact("Slurm still works on a cell of it, task " + ledger.record(at_work[0]).slurm_task)
      .hint("gather it with --engine slurm, or end it with scancel first");
}

ExitCode show_plan(const Sweep& sweep, const SweepFlags& flags, const WorkRequest& request) {
  const auto silent = [](const std::string&) {};
  Ledger ledger(sweep, {silent, silent}, LedgerFile::kLeftAlone);
  refuse_tasks_elsewhere(ledger, gather_tasks(ledger), flags);
  const std::vector<CellJob> jobs = jobs_to_do(ledger, request);
  flags.print_commands ? print_commands(jobs) : print_plan(ledger, jobs);
  return ExitCode::kDone;
}

ExitCode run_sweep(const Sweep& sweep, const SweepFlags& flags, const CommonFlags& common) {
  const WorkRequest request{!flags.analyze_only, !flags.train_only, threads_of(flags, common)};
  if (flags.print_commands || common.dry_run) return show_plan(sweep, flags, request);
  const auto say = [&](const std::string& text) {
    clear_status();
    if (!common.quiet) std::cout << text << std::endl;
  };
  const auto say_failure = [](const std::string& text) {
    clear_status();
    std::cerr << text << std::endl;
  };
  catch_interruptions();  // before sweep.json names a task: whoever sees it there may interrupt
  create_folder(sweep.folder());
  // Taken before anything is read: another sweep, or its sbatch, may still be changing it.
  WorkLock lock(sweep.folder() + "/sweep.lock", LockChildren::kHold);
  lock.take("running this sweep");
  Ledger ledger(sweep, {say, say_failure});
  const std::vector<std::size_t> at_work = gather_tasks(ledger);
  if (!flags.train_only) warn_without_fonts();  // what analyze says goes to the cells' logs
  refuse_tasks_elsewhere(ledger, at_work, flags);
  ledger.save();
  return say_how_it_ended(do_all(request, at_work, ledger, flags, common), ledger, flags,
                          common.quiet);
}

// "6 cells", or why the sweep has none: one that is wrong must not hide the others.
std::string cells_in_words(const std::string& folder, const std::string& name) {
  try {
    const Sweep sweep = make_sweep(read_sweep_file(folder + "/" + name + ".yaml"), {}, {});
    return fmt::format("{} cells", sweep.cells.size());
  } catch (const Error& error) {
    return std::string("cannot be run: ") + error.what();
  }
}

ExitCode print_sweeps() {
  for (const ConfigFolder& each : list_configs("sweeps")) {
    for (const std::string& name : each.names) {
      std::cout << fmt::format("{:<24} {}  {}\n", name, cells_in_words(each.folder, name),
                               each.folder);
    }
  }
  return ExitCode::kDone;
}

ExitCode run(CommandLine& line) {
  const SweepFlags flags = parse_flags(line);
  if (flags.list) return print_sweeps();
  if (line.flags().help_config) {
    RunSettings settings;
    ConfigBinder binder;
    bind_settings(binder, settings, {});
    line.load_config(binder, "");
    return ExitCode::kDone;
  }
  const Sweep sweep =
      make_sweep(read_sweep_file(flags.config), line.flags().overrides, flags.seeds);
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
