#include "programs/sweep/slurm_engine.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <thread>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/config/field_values.h"
#include "core/files/atomic_file.h"
#include "programs/command_line/exit_code.h"
#include "programs/sweep/cell_state.h"
#include "programs/sweep/slurm_queue.h"
#include "programs/sweep/slurm_script.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kSlurmPause(50);
// A network file system may show a task's last file a little after the queue has let the task go.
constexpr int kLooksUntilLost = 2;
constexpr int kMostQueueFailures = 30;
constexpr std::size_t kNameDigits = 8;

std::string end_file(const Ledger& ledger, std::size_t cell) {
  const Sweep& sweep = ledger.sweep();
  return sweep.cell_folder(sweep.cells[cell]) + "/" + kTaskEndFile;
}

std::string slurm_folder_of(const Sweep& sweep) { return sweep.folder() + "/sweep.slurm"; }

// Where Slurm itself says something of a task: "DUE TO TIME LIMIT", "oom-kill".
std::string slurm_log(const Sweep& sweep, const std::string& task) {
  return slurm_folder_of(sweep) + "/" + task + ".log";
}

// A program that was told to stop ends without an error of its own. "" if it ended otherwise.
std::string stop_text(const Ledger& ledger, std::size_t cell, int code) {
  if (code != static_cast<int>(ExitCode::kInterrupted)) return "";
  const std::string task = ledger.record(cell).slurm_task;
  const std::string line = last_error_line(slurm_log(ledger.sweep(), task));
  return "task " + task + " was told to stop and can be continued" +
         (line.empty() ? "" : ": " + line);
}

enum class InQueue { kNo, kYes };

// Nothing if the task has left no exit code yet, or a failure's while Slurm still has the task: it
// was requeued and begins again, or leaves the queue soon.
std::optional<bool> gathered(Ledger& ledger, std::size_t cell, InQueue in_queue) {
  const std::string file = end_file(ledger, cell);
  if (!fs::exists(file)) return std::nullopt;
  int code = 1;
  double seconds = 0;
  std::istringstream(read_file(file)) >> code >> seconds;
  if (code != 0 && in_queue == InQueue::kYes) return std::nullopt;
  return ledger.end_task(cell, code, seconds, stop_text(ledger, cell, code));
}

// What squeue says of all tasks; nothing if it fails or is not there.
std::optional<TaskStates> queue_if_any() {
  try {
    std::string ignored;
    return queued_tasks(ignored);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// "NAME_0" -> "NAME"
std::string array_of(const std::string& task) { return task.substr(0, task.rfind('_')); }

// Of an array that sweep.json names by its number or its name; nothing where Slurm has none.
std::optional<std::string> number_of(const std::string& array) {
  return integer_in(array) ? array : job_named(array);
}

std::string task_of(const std::string& array, std::size_t i) {
  return array + "_" + std::to_string(i);
}

// No two arrays of a sweep have one name.
std::string new_array_name(const Sweep& sweep) {
  Sha256 unique;
  unique.add(static_cast<int64_t>(getpid()));
  unique.add(static_cast<int64_t>(std::chrono::system_clock::now().time_since_epoch().count()));
  return sweep.file.name + "." + unique.hex().substr(0, kNameDigits);
}

struct Watched {
  std::size_t cell;
  int times_absent = 0;
  bool is_running = false;
};

class SlurmEngine {
 public:
  SlurmEngine(Ledger& ledger, const EngineOptions& options, const SlurmOptions& slurm)
      : ledger_(ledger),
        options_(options),
        slurm_(slurm),
        failed_(ledger.count(CellStatus::kFailed) > 0) {}

  void submit_all(const std::vector<CellJob>& jobs);
  void watch(std::size_t cell) { watched_.push_back({cell}); }
  SweepEnd run();

 private:
  const SweepCell& cell(std::size_t i) const { return ledger_.sweep().cells[i]; }
  std::string slurm_folder() const { return slurm_folder_of(ledger_.sweep()); }

  using Jobs = std::vector<CellJob>;
  Submission submission_of(std::size_t n_tasks, std::size_t part) const;
  void submit_part(const Jobs& jobs, std::size_t part, const std::string& sbatch);
  bool is_stopped() const { return failed_ && options_.fail_fast; }
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
  std::size_t n_parts_ = 1;
  bool failed_;  // also one that was gathered before this began
};

// Each part has a script of its own: Slurm may read it later.
Submission SlurmEngine::submission_of(std::size_t n_tasks, std::size_t part) const {
  Submission submission;
  const std::string number = part == 0 ? "" : "." + std::to_string(part + 1);
  submission.script = ledger_.sweep().folder() + "/sweep" + number + ".sbatch";
  submission.name = new_array_name(ledger_.sweep());
  submission.n_tasks = n_tasks;
  submission.at_once = (options_.jobs + n_parts_ - 1) / n_parts_;
  submission.output = slurm_folder() + "/%A_%a.log";
  submission.options = slurm_.sbatch;
  return submission;
}

// As many arrays as Slurm's limit on their size makes necessary. With --jobs an array has its share
// of the limit, rounded up.
void SlurmEngine::submit_all(const Jobs& jobs) {
  if (jobs.empty() || is_stopped()) return;
  const std::string sbatch = find_program("sbatch");  // before anything is said of tasks
  const std::size_t most = most_array_tasks();
  n_parts_ = (jobs.size() + most - 1) / most;
  for (std::size_t part = 0; part < n_parts_ && !*options_.stop; ++part) {
    const auto begin = jobs.begin() + static_cast<std::ptrdiff_t>(part * most);
    const auto end =
        jobs.begin() + static_cast<std::ptrdiff_t>(std::min(jobs.size(), (part + 1) * most));
    submit_part({begin, end}, part, sbatch);
  }
}

// Killed at any point of this, the sweep is found again: an exit code that is there belongs to the
// task that sweep.json names, and a task that is at Slurm is named there.
void SlurmEngine::submit_part(const Jobs& jobs, std::size_t part, const std::string& sbatch) {
  for (const CellJob& job : jobs) {
    create_folder(ledger_.sweep().cell_folder(cell(job.cell)));
    fs::remove(end_file(ledger_, job.cell));
  }
  create_folder(slurm_folder());
  const Submission submission = submission_of(jobs.size(), part);
  write_file_atomically(submission.script, slurm_script(ledger_.sweep(), jobs));
  const bool analyzes = options_.wanted == CellStatus::kDone;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    ledger_.set_queued(jobs[i].cell, task_of(submission.name, i), analyzes);
  }
  ledger_.save();
  const std::string number = submit(sbatch, submission);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    ledger_.set_task(jobs[i].cell, task_of(number, i));
    watch(jobs[i].cell);
  }
  ledger_.save();
}

// A task that ended without an exit code.
std::string SlurmEngine::loss_text(const std::string& task) const {
  const std::string log = slurm_log(ledger_.sweep(), task);
  const std::string line = last_error_line(log);
  return "task " + task + " left the queue before its end" +
         (line.empty() ? " (cancelled, or its node failed?)" : ": " + line) + "; " + log;
}

bool SlurmEngine::has_ended(Watched& watched, const TaskStates* states) {
  const std::size_t i = watched.cell;
  const std::string task = ledger_.record(i).slurm_task;
  const bool is_known = states != nullptr && states->count(task) > 0;
  // A queue that does not answer may still have the task.
  const InQueue in_queue = states == nullptr || is_known ? InQueue::kYes : InQueue::kNo;
  if (const std::optional<bool> is_good = gathered(ledger_, i, in_queue)) {
    failed_ = failed_ || !*is_good;
    return true;
  }
  if (states == nullptr) return false;
  const auto state = states->find(task);
  if (state == states->end()) {
    if (++watched.times_absent < kLooksUntilLost) return false;
    failed_ = true;
    ledger_.end_task(i, 0, 0, loss_text(task));
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
    throw Error(ErrorKind::kIo)
        .at("squeue")
        .fact("the queue cannot be read: " + problem)
        .hint("the jobs go on; the same command watches them again");
  }
  for (auto each = watched_.begin(); each != watched_.end();) {
    each = has_ended(*each, states ? &*states : nullptr) ? watched_.erase(each) : each + 1;
  }
}

void SlurmEngine::pause() const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(slurm_.poll_seconds);
  while (!*options_.stop && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kSlurmPause);
  }
}

void SlurmEngine::cancel_all() {
  std::vector<std::string> tasks;
  for (const Watched& each : watched_) tasks.push_back(ledger_.record(each.cell).slurm_task);
  cancel(tasks);
  for (const Watched& each : watched_) ledger_.set_interrupted(each.cell);
}

SweepEnd SlurmEngine::run() {
  while (!watched_.empty() && !is_stopped()) {
    look();
    if (*options_.stop) return SweepEnd::kInterrupted;
    if (!watched_.empty() && !is_stopped()) pause();
  }
  if (!is_stopped()) return SweepEnd::kFinished;
  cancel_all();
  return SweepEnd::kStopped;
}

}  // namespace

std::vector<std::size_t> gather_tasks(Ledger& ledger) {
  const std::size_t n_cells = ledger.sweep().cells.size();
  std::vector<std::size_t> at_work;
  std::map<std::string, std::optional<std::string>> numbers;  // of arrays by what sweep.json says
  std::optional<TaskStates> queue;
  for (std::size_t i = 0; i < n_cells; ++i) {
    const std::string task = ledger.record(i).slurm_task;
    if (task.empty()) continue;
    if (!queue) queue = queue_if_any().value_or(TaskStates());
    if (gathered(ledger, i, queue->count(task) > 0 ? InQueue::kYes : InQueue::kNo)) continue;
    const std::string array = array_of(task);
    if (numbers.count(array) == 0) numbers[array] = number_of(array);
    if (numbers[array]) {
      ledger.set_task(i, *numbers[array] + task.substr(array.size()));
      at_work.push_back(i);
    } else {
      ledger.forget_task(i);
    }
  }
  return at_work;
}

SweepEnd run_on_slurm(const std::vector<CellJob>& jobs, const std::vector<std::size_t>& at_work,
                      Ledger& ledger, const EngineOptions& options, const SlurmOptions& slurm) {
  SlurmEngine engine(ledger, options, slurm);
  for (const std::size_t cell : at_work) engine.watch(cell);
  if (*options.stop) return SweepEnd::kInterrupted;
  engine.submit_all(jobs);
  return engine.run();
}

}  // namespace kairo
