// Random numbers that are the same on every machine: SplitMix64 to seed, xoshiro256** to draw, and
// distributions of our own (the standard library's differ between vendors).
//
// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2018).
// Thread rule: a generator belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace kairo {

class Random {
 public:
  using State = std::array<uint64_t, 4>;

  explicit Random(uint64_t seed);
  // An independent stream for each (seed, stream), e.g. one per example.
  Random(uint64_t seed, uint64_t stream);

  uint64_t next();
  // Uniform in [0, bound) without bias (rejection). bound > 0.
  uint64_t below(uint64_t bound);
  // Uniform in [0, 1), 53 bits.
  double uniform();
  // Standard normal, Box-Muller, two draws a number (no hidden state).
  double normal();

  const State& state() const { return state_; }
  void set_state(const State& state) { state_ = state; }

 private:
  State state_;
};

// A uniformly random order of 0 … n-1 (Fisher-Yates).
std::vector<int64_t> random_permutation(Random& random, int64_t n);

// One resampling of n examples: n draws from 0 … n-1 with replacement. How often each was drawn;
// the counts add up to n. n > 0.
std::vector<int64_t> random_resample(Random& random, int64_t n);

}  // namespace kairo
