#include "training/shard_workers.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <numeric>

#include "core/model/batch.h"
#include "core/model/loss.h"
#include "hooks/error.h"
#include "tests/training/tiny_run.h"
#include "training/learner.h"

namespace kairo {
namespace {

struct ByShards {
  RunOptions options = tiny_options();
  Dataset data = tiny_dataset(options);
  Transformer model{options.model};

  ByShards() { initialize(model.parameters(), options.model); }
};

std::vector<int64_t> first_examples(int64_t n) {
  std::vector<int64_t> examples(n);
  std::iota(examples.begin(), examples.end(), 0);
  return examples;
}

TEST(ShardWorkers, LossAndGradientAreThoseOfTheWholeBatch) {
  ByShards made;
  WorkerPool pool(2);
  ShardWorkers workers(made.model, made.data, pool, 4);
  // 7 examples in 4 shards: 1, 2, 2, 2.
  const std::vector<int64_t> examples = first_examples(7);
  const double loss = workers.forward_backward(examples).loss;

  Transformer whole = made.model.shard();
  ForwardOptions forward;
  forward.positions = loss_positions(made.data);
  const at::Tensor labels = labels_of(made.data, examples)
                                .index_select(1, torch::tensor(forward.positions, torch::kLong));
  const at::Tensor expected =
      token_loss(whole.forward(inputs_of(made.data, examples), {}, forward), labels).mean();
  expected.backward();
  EXPECT_NEAR(loss, expected.item<double>(), 1e-6);
  EXPECT_TRUE(torch::allclose(made.model.parameters().gradients(), whole.parameters().gradients(),
                              1e-4, 1e-7));
  EXPECT_GT(whole.parameters().gradients().abs().sum().item<double>(), 0);
}

TEST(ShardWorkers, TwoHundredUpdatesAreEqualToTheByteForOneTwoAndThreeThreads) {
  RunOptions options = tiny_options();
  const Dataset data = tiny_dataset(options);
  std::vector<at::Tensor> results;
  for (const int threads : {1, 2, 3}) {
    WorkerPool pool(threads);
    Learner learner(options, data, pool);
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(learner.update().applied);
    results.push_back(learner.model().parameters().values().clone());
  }
  EXPECT_TRUE(torch::equal(results[0], results[1]));
  EXPECT_TRUE(torch::equal(results[0], results[2]));
}

TEST(ShardWorkers, ABatchSmallerThanTheShardsWorks) {
  ByShards made;
  WorkerPool pool(3);
  ShardWorkers many(made.model, made.data, pool, 8);
  ShardWorkers one(made.model, made.data, pool, 1);
  EXPECT_NEAR(many.forward_backward(first_examples(2)).loss,
              one.forward_backward(first_examples(2)).loss, 1e-6);
}

TEST(ShardWorkers, GradientsDoNotAddUpOverCalls) {
  ByShards made;
  WorkerPool pool(2);
  ShardWorkers workers(made.model, made.data, pool, 4);
  workers.forward_backward(first_examples(5));
  const at::Tensor once = made.model.parameters().gradients().clone();
  workers.forward_backward(first_examples(5));
  EXPECT_TRUE(torch::equal(once, made.model.parameters().gradients()));
}

TEST(ShardWorkers, WhatAWorkerThrowsReachesTheCaller) {
  ByShards made;
  Dataset broken = made.data;
  broken.inputs[3 * broken.n_pos] = 1000;  // no such token
  WorkerPool pool(2);
  ShardWorkers workers(made.model, broken, pool, 4);
  EXPECT_THROW(workers.forward_backward(first_examples(7)), Error);
}

}  // namespace
}  // namespace kairo
