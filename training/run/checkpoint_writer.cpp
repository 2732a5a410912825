#include "training/run/checkpoint_writer.h"

#include <unistd.h>

#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/kernels/process_setup.h"

namespace kairo {
namespace {

// On Linux a thread has a priority of its own.
void let_workers_go_first() {
  constexpr int kNicer = 10;  // about a tenth of a worker's share of a busy core
  // Without it everything works, only less smoothly.
  static_cast<void>(::nice(kNicer));
}

bool names(const std::string& text, const std::string& path) {
  return text.find(path) != std::string::npos;
}

void write(const CheckpointWriter::Job& job) {
  const auto fail = [&](ErrorKind kind, const std::string& why) {
    throw Error(kind).at(job.path).fact("the checkpoint could not be written: " + why);
  };
  try {
    Checkpoint checkpoint = job.gather();
    write_checkpoint(job.path, checkpoint);
  } catch (const Error& error) {
    if (names(error.what(), job.path)) throw;
    fail(error.kind(), error.what());
  } catch (const std::exception& error) {
    fail(ErrorKind::kIo, error.what());
  }
}

}  // namespace

CheckpointWriter::CheckpointWriter() {
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error& error) {
    throw Error(ErrorKind::kIo)
        .at("the thread that writes checkpoints")
        .fact(std::string("it cannot be started: ") + error.what())
        .hint("fewer --threads, or a higher limit on processes and memory (ulimit -u, -v)");
  }
}

CheckpointWriter::~CheckpointWriter() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void CheckpointWriter::start(Job job) {
  wait();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    job_ = std::move(job);
    in_flight_ = true;
  }
  wake_.notify_one();
}

void CheckpointWriter::check() {
  const std::exception_ptr failure = take_failure();
  if (failure) std::rethrow_exception(failure);
}

void CheckpointWriter::wait() {
  const std::exception_ptr failure = settle();
  if (failure) std::rethrow_exception(failure);
}

std::exception_ptr CheckpointWriter::settle() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return !in_flight_; });
  }
  return take_failure();
}

std::exception_ptr CheckpointWriter::take_failure() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(failure_, nullptr);
}

std::string CheckpointWriter::newest_full() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return newest_full_;
}

void CheckpointWriter::work() {
  use_single_threaded_operations();
  let_workers_go_first();
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ending_ || in_flight_; });
    if (!in_flight_) return;
    lock.unlock();
    std::exception_ptr failure;
    try {
      write(job_);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failure_ = failure;
    if (!failure && job_.can_resume) newest_full_ = job_.path;
    in_flight_ = false;
    done_.notify_one();
  }
}

}  // namespace kairo
