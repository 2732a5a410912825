#include "programs/sweep/local_engine.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "core/files/atomic_file.h"

namespace kairo {
namespace {

using Clock = std::chrono::steady_clock;

// Short against any cell, long against the cost of looking.
constexpr std::chrono::milliseconds kPause(20);

// A cell at work.
struct Worker {
  const CellJob* job = nullptr;
  std::size_t next = 0;  // command
  std::unique_ptr<Child> child;
  Clock::time_point begin = Clock::now();
};

class LocalEngine {
 public:
  LocalEngine(const std::vector<CellJob>& jobs, Ledger& ledger, const EngineOptions& options)
      : jobs_(jobs),
        ledger_(ledger),
        options_(options),
        failed_(ledger.count(CellStatus::kFailed) > 0) {}
  // After an error too, no child is left behind.
  ~LocalEngine() {
    ask_all_to_stop();
    for (const Worker& worker : workers_) worker.child->wait();
  }
  LocalEngine(const LocalEngine&) = delete;
  LocalEngine& operator=(const LocalEngine&) = delete;

  SweepEnd run() {
    while (!workers_.empty() || may_start()) {
      while (workers_.size() < options_.jobs && may_start()) start(jobs_[started_++]);
      if (is_stopping() && !was_asked_) ask_all_to_stop();
      show();
      std::this_thread::sleep_for(kPause);
      look_at_all();
    }
    if (*options_.stop) return SweepEnd::kInterrupted;
    return failed_ && options_.fail_fast ? SweepEnd::kStopped : SweepEnd::kFinished;
  }

 private:
  bool is_stopping() const { return *options_.stop || (failed_ && options_.fail_fast); }
  bool may_start() const { return started_ < jobs_.size() && !is_stopping(); }

  void show() const {
    if (!options_.show) return;
    std::vector<CellAtWork> cells;
    for (const Worker& worker : workers_) {
      const SweepCell& cell = ledger_.sweep().cells[worker.job->cell];
      cells.push_back(
          {cell.name, ledger_.sweep().log(cell), &worker.job->commands[worker.next - 1]});
    }
    options_.show(cells);
  }

  void start(const CellJob& job) {
    create_folder(ledger_.sweep().cell_folder(ledger_.sweep().cells[job.cell]));
    Worker worker;
    worker.job = &job;
    start_next(worker);
    workers_.push_back(std::move(worker));
    ledger_.set_running(job.cell);
  }

  void start_next(Worker& worker) {
    const std::string log = ledger_.sweep().log(ledger_.sweep().cells[worker.job->cell]);
    worker.child = std::make_unique<Child>(worker.job->commands[worker.next++], log);
  }

  void ask_all_to_stop() {
    was_asked_ = true;
    for (const Worker& worker : workers_) worker.child->interrupt();
  }

  void look_at_all() {
    for (auto worker = workers_.begin(); worker != workers_.end();) {
      worker = has_ended(*worker) ? workers_.erase(worker) : worker + 1;
    }
  }

  // Starts the next command where one has ended well.
  bool has_ended(Worker& worker) {
    const std::optional<ProcessEnd> end = worker.child->poll();
    if (!end) return false;
    const bool is_last = worker.next == worker.job->commands.size();
    if (end->code == 0 && !is_last && !is_stopping()) {
      start_next(worker);
      return false;
    }
    if (is_stopping() && !(end->code == 0 && is_last)) {
      ledger_.set_interrupted(worker.job->cell);
      return true;
    }
    const std::chrono::duration<double> seconds = Clock::now() - worker.begin;
    if (!ledger_.end(worker.job->cell, end->code, seconds.count(), options_.wanted)) failed_ = true;
    return true;
  }

  const std::vector<CellJob>& jobs_;
  Ledger& ledger_;
  const EngineOptions& options_;
  std::vector<Worker> workers_;
  std::size_t started_ = 0;
  bool failed_;  // also one that was gathered before this began
  bool was_asked_ = false;
};

}  // namespace

SweepEnd run_locally(const std::vector<CellJob>& jobs, Ledger& ledger,
                     const EngineOptions& options) {
  return LocalEngine(jobs, ledger, options).run();
}

}  // namespace kairo
