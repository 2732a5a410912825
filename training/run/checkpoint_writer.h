// Writes checkpoints on a thread of its own, so that training waits for a copy in memory alone.
//
// Invariants:
//  - At most one checkpoint is in flight: start() waits for the one before.
//  - A failure is never lost: the next start(), check() or wait() throws it, once, naming the file;
//  the destructor waits, so call settle() or wait() before it.
//  - newest_full() names a file only after it is whole on the disk.
// The thread sleeps between checkpoints, is single-threaded in its operations and has a lower
// priority than the workers, who would wait for each other at the end of a step.
// Thread rule: all members are called by one thread, the training's; `gather` runs on the writer's
// and may ask for newest_full().
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "core/store/checkpoint.h"

namespace kairo {

class CheckpointWriter {
 public:
  struct Job {
    std::string path;
    bool can_resume = false;             // the optimiser's states are in it
    std::function<Checkpoint()> gather;  // what it reads must not change until the job is done
  };

  // kIo, with the cause, where the thread cannot be started.
  CheckpointWriter();
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  void start(Job job);
  // Throws a failure that is known by now: write_checkpoint's, or kIo for any other exception.
  void check();
  // Until nothing is in flight; then as check().
  void wait();
  // As wait(), but hands the failure over instead of throwing it; null where there is none.
  std::exception_ptr settle();

  // The last file that was written whole and can be resumed from; "" before the first.
  std::string newest_full() const;

 private:
  void work();
  std::exception_ptr take_failure();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  Job job_;
  bool in_flight_ = false;
  bool ending_ = false;
  std::exception_ptr failure_;
  std::string newest_full_;
  std::thread thread_;
};

}  // namespace kairo
