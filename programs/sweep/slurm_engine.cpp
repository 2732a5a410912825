#include "programs/sweep/slurm_engine.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <thread>

#include "core/store/atomic_file.h"
#include "hooks/error.h"
#include "programs/sweep/cell_state.h"
#include "programs/sweep/slurm_queue.h"
#include "programs/sweep/slurm_script.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPause(50);
// A network file system may show a task's last file a little after the queue has let the task go.
constexpr int kLooksUntilLost = 2;
constexpr int kMostQueueFailures = 30;

struct Watched {
  std::size_t cell;
  int times_absent = 0;
  bool is_running = false;
};

class SlurmEngine {
 public:
  SlurmEngine(Ledger& ledger, const EngineOptions& options, const SlurmOptions& slurm)
      : ledger_(ledger), options_(options), slurm_(slurm) {}

  void submit_all(const std::vector<CellJob>& jobs);
  void watch(std::size_t cell) { watched_.push_back({cell}); }
  SweepEnd run();

 private:
  const Cell& cell(std::size_t i) const { return ledger_.sweep().cells[i]; }
  std::string end_file(std::size_t i) const {
    return ledger_.sweep().cell_folder(cell(i)) + "/" + kTaskEndFile;
  }
  std::string slurm_folder() const { return ledger_.sweep().folder() + "/sweep.slurm"; }

  void look();
  bool has_ended(Watched& watched, const TaskStates* states);
  std::string loss_text(const std::string& task) const;
  void pause() const;
  void cancel_all();

  Ledger& ledger_;
  const EngineOptions& options_;
  const SlurmOptions& slurm_;
  std::vector<Watched> watched_;
  int queue_failures_ = 0;
  bool failed_ = false;
};

void SlurmEngine::submit_all(const std::vector<CellJob>& jobs) {
  if (jobs.empty()) return;
  for (const CellJob& job : jobs) {
    create_folder(ledger_.sweep().cell_folder(cell(job.cell)));
    fs::remove(end_file(job.cell));
  }
  create_folder(slurm_folder());
  Submission submission;
  submission.script = ledger_.sweep().folder() + "/sweep.sbatch";
  submission.name = ledger_.sweep().file.name;
  submission.n_tasks = jobs.size();
  submission.at_once = options_.jobs;
  submission.output = slurm_folder() + "/%A_%a.log";
  submission.options = slurm_.sbatch;
  write_file_atomically(submission.script, slurm_script(ledger_.sweep(), jobs));
  const std::string number = submit(submission);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    ledger_.set_queued(jobs[i].cell, number + "_" + std::to_string(i));
    watch(jobs[i].cell);
  }
  ledger_.save();
}

// What Slurm itself said of a task that ended without a word: "DUE TO TIME LIMIT", "oom-kill".
std::string SlurmEngine::loss_text(const std::string& task) const {
  const std::string log = slurm_folder() + "/" + task + ".log";
  const std::string line = last_error_line(log);
  return "task " + task + " left the queue before its end" +
         (line.empty() ? " (cancelled, or its node failed?)" : ": " + line) + "; " + log;
}

bool SlurmEngine::has_ended(Watched& watched, const TaskStates* states) {
  const std::size_t i = watched.cell;
  if (fs::exists(end_file(i))) {
    int code = 1;
    double seconds = 0;
    std::istringstream(read_file(end_file(i))) >> code >> seconds;
    if (!ledger_.end(i, code, seconds, options_.wanted)) failed_ = true;
    return true;
  }
  if (states == nullptr) return false;
  const std::string task = ledger_.record(i).slurm_task;
  const auto state = states->find(task);
  if (state == states->end()) {
    if (++watched.times_absent < kLooksUntilLost) return false;
    failed_ = true;
    ledger_.end(i, 0, 0, options_.wanted, loss_text(task));
    return true;
  }
  watched.times_absent = 0;
  if (state->second == TaskState::kRunning && !watched.is_running) {
    watched.is_running = true;
    ledger_.set_running(i);
  }
  return false;
}

void SlurmEngine::look() {
  std::string problem;
  const std::optional<TaskStates> states = queued_tasks(problem);
  queue_failures_ = states ? 0 : queue_failures_ + 1;
  if (queue_failures_ >= kMostQueueFailures && !*options_.stop) {
    throw Error(ErrorKind::kIo, {"squeue", "the queue", problem,
                                 "the jobs go on; the same command watches them again"});
  }
  for (auto each = watched_.begin(); each != watched_.end();) {
    each = has_ended(*each, states ? &*states : nullptr) ? watched_.erase(each) : each + 1;
  }
}

void SlurmEngine::pause() const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(slurm_.poll_seconds);
  while (!*options_.stop && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kPause);
  }
}

void SlurmEngine::cancel_all() {
  std::vector<std::string> tasks;
  for (const Watched& each : watched_) tasks.push_back(ledger_.record(each.cell).slurm_task);
  cancel(tasks);
  for (const Watched& each : watched_) ledger_.set_interrupted(each.cell);
}

SweepEnd SlurmEngine::run() {
  while (!watched_.empty()) {
    look();
    if (*options_.stop) return SweepEnd::kInterrupted;
    if (failed_ && options_.fail_fast) {
      cancel_all();
      return SweepEnd::kStopped;
    }
    if (!watched_.empty()) pause();
  }
  return SweepEnd::kFinished;
}

}  // namespace

std::vector<std::size_t> cells_in_queue(Ledger& ledger) {
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < ledger.sweep().cells.size(); ++i) {
    if (!ledger.record(i).slurm_task.empty()) cells.push_back(i);
  }
  if (cells.empty()) return cells;
  std::string problem;
  const std::optional<TaskStates> states = queued_tasks(problem);
  if (!states) {
    throw Error(ErrorKind::kIo, {"squeue", "the queue", problem,
                                 "some cells may still be in Slurm's queue: try again"});
  }
  const auto is_gone = [&](std::size_t i) {
    return states->count(ledger.record(i).slurm_task) == 0;
  };
  for (const std::size_t i : cells) {
    if (is_gone(i)) ledger.forget_task(i);
  }
  const auto is_forgotten = [&](std::size_t i) { return ledger.record(i).slurm_task.empty(); };
  cells.erase(std::remove_if(cells.begin(), cells.end(), is_forgotten), cells.end());
  return cells;
}

SweepEnd run_on_slurm(const std::vector<CellJob>& jobs, const std::vector<std::size_t>& in_queue,
                      Ledger& ledger, const EngineOptions& options, const SlurmOptions& slurm) {
  SlurmEngine engine(ledger, options, slurm);
  for (const std::size_t cell : in_queue) {
    ledger.set_queued(cell, std::string(ledger.record(cell).slurm_task));
    engine.watch(cell);
  }
  engine.submit_all(jobs);
  return engine.run();
}

}  // namespace kairo
