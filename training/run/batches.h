// The order in which training examples are seen: shuffled epochs without replacement; the last
// batch of an epoch is short where the batch size does not divide it, and is kept.
//
// The order of epoch e is drawn with a generator of its own, (seed, e): it depends on nothing that
// happened before, on no other use of the seed, and on no thread count.
//
// Example: training examples 2 3 5 7 11 13 17, batches of 3, seed 0. Epoch 0 gives (13 3 17)
// (11 7 5) (2), epoch 1 (7 3 11) (2 13 5) (17). A checkpoint after the fifth batch holds epoch 1
// and cursor 6, six of its examples given, and not the order: drawn from (0, 1) it is the same
// again, so that the next batch after a resume is (17). Thread rule: belongs to one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/store/checkpoint.h"

namespace kairo {

class Batches {
 public:
  // `examples`: numbers of the training examples, ascending. kConfig where there is none.
  Batches(std::vector<int64_t> examples, int64_t batch_size, uint64_t seed);

  // The next batch's examples, 1 to batch_size; begins the next epoch where one is done.
  std::vector<int64_t> next();

  int64_t epoch() const { return epoch_; }  // from 0, of the batch last given
  int64_t batches_per_epoch() const;
  int64_t examples_given() const;  // since the first batch, over all epochs

  // As "data_epoch", "data_cursor", "data_seed" and "data_examples" in a checkpoint: the order of
  // an epoch follows from these.
  void save(TrainingState& state) const;
  // kCorrupt, naming `where`, for a missing value, another seed or another number of examples.
  // Older checkpoints hold the epoch's order too, as "data_order"; it is the same, and not read.
  void restore(const TrainingState& state, const std::string& where);

 private:
  void shuffle();

  std::vector<int64_t> examples_;
  std::vector<int64_t> order_;  // of the present epoch
  int64_t batch_size_;
  uint64_t seed_;
  int64_t epoch_ = 0;
  int64_t cursor_ = 0;  // examples of order_ already given
};

}  // namespace kairo
