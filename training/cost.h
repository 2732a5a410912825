// What a run will cost, for --dry-run: memory, disk and arithmetic, from the options alone.
#pragma once

#include <cstdint>
#include <string>

#include "training/run/run_options.h"

namespace kairo {

struct TrainingCost {
  int64_t parameters = 0;       // numbers, padding left out
  int64_t parameter_bytes = 0;  // one buffer; gradients take as much in each shard and once more
  int64_t gradient_bytes = 0;
  int64_t frozen = 0;            // of them, numbers that training does not change
  int64_t optimizer_bytes = 0;   // its states
  int64_t dataset_bytes = 0;     // tokens, inputs, labels in memory
  int64_t checkpoint_bytes = 0;  // on disk, one with optimiser, to about a tenth
  int64_t all_checkpoint_bytes = 0;
  int64_t n_checkpoints = 0;
  int64_t batches_per_epoch = 0;
  // Multiplications and additions of the matrix products of one update: 2·m·n·k each forward, twice
  // that backward. Norms, softmax and the optimiser are left out.
  double flop_per_step = 0;
};

// `options` are settled. kConfig for an optimiser or frozen parameters that Learner refuses.
TrainingCost cost_of(const RunOptions& options, const Dataset& data);

// As a small table, a line each, for a reader.
std::string to_text(const TrainingCost& cost);

}  // namespace kairo
