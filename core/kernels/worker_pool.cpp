#include "core/kernels/worker_pool.h"

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "core/kernels/process_setup.h"

namespace kairo {

WorkerPool::WorkerPool(int threads) {
  const int wanted = std::max(1, threads);
  try {
    for (int i = 0; i < wanted; ++i) threads_.emplace_back([this] { work(); });
  } catch (const std::exception& error) {
    // Not destroyed while they run: that would end the process.
    end();
    throw Error(ErrorKind::kIo)
        .at("worker threads")
        .fact("only " + std::to_string(threads_.size()) + " of " + std::to_string(wanted) +
              " could be started: " + error.what())
        .hint("use fewer --threads, or raise the limit on processes and memory (ulimit -u, -v)");
  }
}

WorkerPool::~WorkerPool() { end(); }

void WorkerPool::end() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::run(int64_t n_tasks, const std::function<void(int64_t)>& task) {
  std::unique_lock<std::mutex> lock(mutex_);
  task_ = &task;
  n_tasks_ = unfinished_ = n_tasks;
  next_ = 0;
  errors_.assign(n_tasks, nullptr);
  wake_.notify_all();
  done_.wait(lock, [this] { return unfinished_ == 0; });
  task_ = nullptr;
  for (const std::exception_ptr& error : errors_) {
    if (error) std::rethrow_exception(error);
  }
}

void WorkerPool::work() {
  use_single_threaded_operations();
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ending_ || (task_ != nullptr && next_ < n_tasks_); });
    if (ending_) return;
    const int64_t number = next_++;
    const auto& task = *task_;
    lock.unlock();
    std::exception_ptr error;
    try {
      task(number);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    errors_[number] = error;
    if (--unfinished_ == 0) done_.notify_one();
  }
}

}  // namespace kairo
