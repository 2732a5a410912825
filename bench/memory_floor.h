// The floor of work that has no matrix products: copying as many bytes as it must read and write,
// with std::memcpy, on all of the pool's threads at once.
#pragma once

#include <cstdint>
#include <vector>

#include "core/kernels/worker_pool.h"

namespace kairo {

class MemoryFloor {
 public:
  // Bytes read and written by each thread's part of the work.
  MemoryFloor(int64_t bytes_a_thread, WorkerPool& pool);

  void sample();
  double seconds() const;  // from the samples so far, at least one

 private:
  WorkerPool& pool_;
  std::vector<std::vector<char>> from_, to_;  // by thread
  int64_t repeats_ = 0;
  std::vector<double> seconds_;
};

}  // namespace kairo
