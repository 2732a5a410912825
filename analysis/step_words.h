// Which checkpoints: as even stretches, and in words. Thread rule: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kairo {

// first, first + every, ..., last. A step alone is a stretch of its own: every = 1.
struct StepStretch {
  int64_t first = 0;
  int64_t last = 0;
  int64_t every = 1;
};

// Together exactly `steps`, which ascend. Two steps that no third one joins are two stretches.
std::vector<StepStretch> step_stretches(const std::vector<int64_t>& steps);

// "60: 0 to 2950 every 50"; "8: 0 to 400 every 200, 410 to 430 every 10, 600 to 800 every 200";
// "1: 0"; "–" for none. `steps` ascend. Lists of more than 8 stretches are told by their ends:
// "30 unevenly from 0 to 2950".
std::string step_words(const std::vector<int64_t>& steps);
// The same of `count` steps that are told by their stretches.
std::string step_words(const std::vector<StepStretch>& ranges, std::size_t count);

// The stretches that are denser than one step every `spacing`: "every 4 from 1200 to 1400, every 1
// from 1300 to 1310"; of more than 3 their number; "" for none.
std::string denser_words(const std::vector<int64_t>& steps, int64_t spacing);

// "1,234,567"
std::string grouped(int64_t n);

}  // namespace kairo
