#include "bench/memory_floor.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "bench/timing.h"

namespace kairo {
namespace {

constexpr double kLeastSeconds = 2e-3;

}  // namespace

MemoryFloor::MemoryFloor(int64_t bytes_a_thread, WorkerPool& pool)
    : pool_(pool),
      from_(static_cast<std::size_t>(pool.threads()),
            std::vector<char>(static_cast<std::size_t>(bytes_a_thread / 2), 1)),
      to_(from_) {}

void MemoryFloor::sample() {
  const auto copy = [&](int64_t thread) {
    const auto i = static_cast<std::size_t>(thread);
    for (int64_t repeat = 0; repeat < repeats_; ++repeat) {
      std::memcpy(to_[i].data(), from_[i].data(), from_[i].size());
      // A compiler may not leave out copies that nobody reads.
      asm volatile("" : : "r"(to_[i].data()) : "memory");
    }
  };
  const auto once = [&] {
    return seconds_of([&] { pool_.run(pool_.threads(), copy); }) / static_cast<double>(repeats_);
  };
  if (repeats_ == 0) {
    repeats_ = 10;
    repeats_ = std::clamp<int64_t>(std::llround(kLeastSeconds / once()), 1, 100000);
  }
  seconds_.push_back(once());
}

double MemoryFloor::seconds() const { return median(seconds_); }

}  // namespace kairo
