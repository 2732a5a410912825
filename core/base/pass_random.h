// Randomness inside a training pass: dropout masks and whatever else a pass draws.
//
// Every draw is a pure function of (seed, update, micro-batch, example, site, place): no state, so
// that it is equal for any number of threads and shards, after a resume, and when backward makes it
// again. A pass gets it as an argument, as it gets hooks; without the argument nothing is drawn.
//
//   Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
//   SC 2011): key = hash(seed, update, micro-batch), counter = (column / 4, row, hash(example,
//   site)), one word for each column of a place's row.
//
// Thread rule: values and free functions; any thread may call.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace kairo {

// What all passes of one update share.
struct UpdateRandom {
  uint64_t seed = 0;   // of the experiment
  int64_t update = 0;  // the step that it leads to
};

struct PassRandom {
  UpdateRandom update;
  int64_t micro_batch = 0;  // of the update's batches, from 0
  // Of the pass's rows, by their number in the dataset; empty: no randomness.
  std::vector<int64_t> examples;

  bool is_given() const { return !examples.empty(); }
  // Of rows [begin, begin + n).
  PassRandom rows(int64_t begin, int64_t n) const;
};

using PhiloxWords = std::array<uint32_t, 4>;
PhiloxWords philox(PhiloxWords counter, std::array<uint32_t, 2> key);

// The draws of one row of a batch at one site.
class PlaceRandom {
 public:
  // `site`: a number for each place in the model that draws.
  PlaceRandom(const PassRandom& pass, int64_t batch_row, uint64_t site);

  // 32 independent bits for each of the columns 0 … n-1 of `row`, into words [n].
  void words(uint32_t row, int64_t n, uint32_t* words) const;

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 2> stream_;
};

}  // namespace kairo
