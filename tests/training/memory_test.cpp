// Training keeps what it has and asks for no more: neither tensors nor the caches of primitives
// grow with the steps.
#include <gtest/gtest.h>

#include "core/config/transformer_options.h"
#include "tests/core/kernels/allocated_bytes.h"
#include "tests/training/tiny_run.h"

namespace kairo {
namespace {

// One block, one head, two examples a step: what grows, grows with the steps, whatever the size.
RunOptions tiniest_options() {
  RunOptions options = tiny_options();
  options.model.as<TransformerOptions>().n_layers = 1;
  options.model.as<TransformerOptions>().n_heads = 1;
  options.training.batch_size = 2;
  options.training.shards = 2;
  options.training.max_steps = 10000;
  options.training.eval_every = 900;
  options.training.checkpoint_every = 900;
  return options;
}

TEST(Memory, TenThousandStepsAllocateNoMoreThanTheFirstThousand) {
  TinyRun run(tiniest_options());
  int64_t early = 0, late = 0;
  // Both some hundred steps after a checkpoint, which is written meanwhile.
  run.at_each_step([&](int64_t step) {
    if (step == 1300) early = allocated_bytes();
    if (step == 9800) late = allocated_bytes();
  });
  run.train();
  ASSERT_GT(early, 0);
  RecordProperty("growth_bytes", std::to_string(late - early));
  // What stays of a step would be a tensor or a node of the graph, 100 bytes or more: 850 KB.
  EXPECT_LT(late - early, 64 << 10);
}

}  // namespace
}  // namespace kairo
