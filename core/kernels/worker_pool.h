// Persistent threads that do numbered tasks, each with single-threaded operations.
//
// Which thread does a task changes nothing in its result: every task runs with the same settings,
// so a caller that keeps results apart by task number gets equal bytes for any number of threads.
// Workers sleep between calls (condition variables, no busy waiting).
// Thread rule: run() is called by one thread at a time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kairo {

class WorkerPool {
 public:
  // At least 1 thread. kIo, with the cause, where so many cannot be started.
  explicit WorkerPool(int threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs task(0) … task(n_tasks-1) and returns when all are done. Where tasks throw, the exception
  // of the lowest number is thrown here, after all have ended.
  void run(int64_t n_tasks, const std::function<void(int64_t)>& task);

  int threads() const { return static_cast<int>(threads_.size()); }

 private:
  void work();
  void end();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(int64_t)>* task_ = nullptr;
  int64_t n_tasks_ = 0;
  int64_t next_ = 0;
  int64_t unfinished_ = 0;
  std::vector<std::exception_ptr> errors_;  // by task
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kairo
