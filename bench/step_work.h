// A training step to be timed: the real learner (training/learner.h) on random sequences.
#pragma once

#include <cstdint>

#include "bench/floor.h"
#include "core/config/transformer_options.h"
#include "core/data/memory_dataset.h"
#include "training/learner.h"

namespace kairo {

struct StepShape {
  TransformerOptions model;
  int64_t batch = 128;
  int64_t pos = 16;
  Span loss;  // positions with a label: the next token
  int64_t shards = 4;
};

// The shape of k10_n1000: 128 x 16 tokens, the loss on the target and EOS.
StepShape k10_step();
// GPT-2 small's: 2 x 256 tokens, the loss at every position but the last.
StepShape gpt2_step();

class StepWork {
 public:
  StepWork(const StepShape& shape, WorkerPool& pool);

  // The first update's loss and gradient against LibTorch's own operations: kNumeric where they are
  // not within 1e-5. Makes that update.
  void check();
  void update();

  ShardProducts products_of_a_shard() const;
  int64_t shards() const { return shape_.shards; }

 private:
  StepShape shape_;
  RunOptions options_;
  MemoryDataset data_;
  Learner learner_;
};

}  // namespace kairo
