#include "training/shard_workers.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <numeric>

#include "core/base/error.h"
#include "core/model/batch.h"
#include "core/model/loss.h"
#include "core/model/transformer/transformer.h"
#include "tests/training/tiny_run.h"
#include "training/learner.h"

namespace kairo {
namespace {

struct ByShards {
  RunOptions options = tiny_options();
  std::shared_ptr<const MemoryDataset> data = tiny_dataset(options);
  Transformer model{options.model.as<TransformerOptions>()};

  ByShards() { model.initialize(); }
};

std::vector<int64_t> first_examples(int64_t n) {
  std::vector<int64_t> examples(n);
  std::iota(examples.begin(), examples.end(), 0);
  return examples;
}

TEST(ShardWorkers, LossAndGradientAreThoseOfTheWholeBatch) {
  ByShards made;
  WorkerPool pool(2);
  ShardWorkers workers(made.model, *made.data, pool, 4);
  // 7 examples in 4 shards: 1, 2, 2, 2.
  const std::vector<int64_t> examples = first_examples(7);
  const double loss = workers.forward_backward(examples).loss;

  Transformer whole = take_transformer(made.model.shard(), "a test");
  const LabelledTokens tokens = labelled_tokens(made.data->batch(examples));
  ForwardOptions forward;
  forward.positions = tokens.positions;
  const at::Tensor expected =
      token_loss(whole.forward(tokens.inputs, {}, forward), tokens.labels).mean();
  expected.backward();
  EXPECT_NEAR(loss, expected.item<double>(), 1e-6);
  EXPECT_TRUE(torch::allclose(made.model.parameters().gradients(), whole.parameters().gradients(),
                              1e-4, 1e-7));
  EXPECT_GT(whole.parameters().gradients().abs().sum().item<double>(), 0);
}

// What a caller may do at every point of the model. Step by step an update takes five times as long
// as fused: fewer of them where somebody looks.
struct Looking {
  std::string name;
  int64_t updates;
  std::function<void(Hooks&, const std::string& point, std::atomic<int64_t>& n)> add;
};

std::vector<Looking> all_lookings() {
  const auto count = [](std::atomic<int64_t>& n) {
    return [&n](const at::Tensor&, const HookPoint&) { ++n; };
  };
  return {
      {"none_200_updates", 200, [](Hooks&, const std::string&, std::atomic<int64_t>&) {}},
      {"observe_40_updates", 40,
       [=](Hooks& hooks, const std::string& point, std::atomic<int64_t>& n) {
         hooks.observe(point, count(n));
       }},
      {"observe_gradient_40_updates", 40,
       [=](Hooks& hooks, const std::string& point, std::atomic<int64_t>& n) {
         hooks.observe_gradient(point, count(n));
       }},
      {"identity_edit_40_updates", 40,
       [](Hooks& hooks, const std::string& point, std::atomic<int64_t>& n) {
         hooks.edit(point, [&n](const at::Tensor& value, const HookPoint&) {
           ++n;
           return std::optional<at::Tensor>(value);
         });
       }},
  };
}

class HookedShards : public testing::TestWithParam<Looking> {
 protected:
  // The flat parameters after all updates.
  at::Tensor trained(int threads) const {
    RunOptions options = tiny_options();
    const auto made = tiny_dataset(options);
    const Dataset& data = *made;
    WorkerPool pool(threads);
    Learner learner(options, data, pool);
    const std::vector<HookPoint>& points = learner.model().hook_table().points();
    std::atomic<int64_t> n{0};
    const ShardHooks hooks = [&](int64_t) {
      Hooks of_shard;
      for (const HookPoint& point : points) GetParam().add(of_shard, point.name, n);
      return of_shard;
    };
    for (int64_t i = 0; i < GetParam().updates; ++i) EXPECT_TRUE(learner.update(hooks).applied);
    if (n > 0) {
      EXPECT_EQ(n.load(), passes(options) * static_cast<int64_t>(points.size()));
    }
    EXPECT_EQ(n > 0, GetParam().name != "none_200_updates");
    return learner.model().parameters().values().clone();
  }

  // Of shards; every fourth batch, an epoch's last, has 3 examples for 4 of them.
  static int64_t passes(const RunOptions& options) {
    const int64_t updates = GetParam().updates, shards = options.training.shards;
    return updates * shards - updates / 4 * (shards - 3);
  }
};

TEST_P(HookedShards, ParametersAreEqualToTheByteForOneTwoAndThreeThreads) {
  const at::Tensor one = trained(1);
  for (const int threads : {2, 3}) {
    EXPECT_EQ(std::memcmp(one.data_ptr(), trained(threads).data_ptr(), one.nbytes()), 0) << threads;
  }
}

INSTANTIATE_TEST_SUITE_P(Hooks, HookedShards, testing::ValuesIn(all_lookings()),
                         [](const auto& info) { return info.param.name; });

TEST(ShardWorkers, DropoutIsThatOfTheWholeBatchForAnyShardsAndThreads) {
  RunOptions options = tiny_options();
  auto& words = options.model.as<TransformerOptions>();
  words.embed_dropout = words.attn_dropout = words.resid_dropout = 0.2;
  const auto data = tiny_dataset(options);
  Transformer model(words);
  model.initialize();
  const std::vector<std::vector<int64_t>> batches = {{0, 1, 2, 3}, {9, 8, 7, 6}};
  const auto gradient = [&](int64_t shards, int threads,
                            const std::optional<UpdateRandom>& random) {
    WorkerPool pool(threads);
    ShardWorkers(model, *data, pool, shards)
        .forward_backward(batches, ShardWorkers::no_hooks, random);
    return model.parameters().gradients().clone();
  };
  const UpdateRandom random{3, 17};
  const at::Tensor one = gradient(1, 1, random);
  for (const int64_t shards : {2, 4}) {
    const at::Tensor alone = gradient(shards, 1, random);
    EXPECT_TRUE(torch::allclose(alone, one, 1e-4, 1e-7)) << shards;
    EXPECT_TRUE(torch::equal(gradient(shards, 2, random), alone)) << shards;
  }
  const auto differs = [&](const at::Tensor& other) {
    return (other - one).norm().item<double>() > 1e-2 * one.norm().item<double>();
  };
  EXPECT_TRUE(differs(gradient(1, 1, {}))) << "none";
  EXPECT_TRUE(differs(gradient(1, 1, UpdateRandom{3, 18}))) << "another update";
  EXPECT_TRUE(differs(gradient(1, 1, UpdateRandom{4, 17}))) << "another seed";
}

TEST(ShardWorkers, HooksOfAShardSeeItsExamplesAloneAndMayChangeItsGradient) {
  ByShards made;
  WorkerPool pool(2);
  ShardWorkers workers(made.model, *made.data, pool, 4);
  std::vector<int64_t> seen(4, 0);  // each shard's own
  const double all = workers.forward_backward(first_examples(7)).norm;
  const ShardHooks stop_the_last = [&](int64_t shard) {
    Hooks hooks;
    hooks.observe("hook_embed", [&seen, shard](const at::Tensor& value, const HookPoint&) {
      seen[shard] += value.size(0);
    });
    hooks.edit_gradient("unembed.hook_out", [shard](const at::Tensor& gradient, const HookPoint&) {
      return std::optional<at::Tensor>(gradient * (shard == 3 ? 0 : 1));
    });
    return hooks;
  };
  const double others = workers.forward_backward(first_examples(7), stop_the_last).norm;
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 2, 2, 2}));
  EXPECT_GT(std::abs(all - others), 1e-3 * all);
}

TEST(ShardWorkers, WhatAHookThrowsReachesTheCaller) {
  ByShards made;
  WorkerPool pool(2);
  ShardWorkers workers(made.model, *made.data, pool, 4);
  const ShardHooks failing = [](int64_t shard) {
    Hooks hooks;
    hooks.observe_gradient("hook_embed", [shard](const at::Tensor&, const HookPoint&) {
      if (shard == 2) throw Error(ErrorKind::kUsage).at("made").fact("");
    });
    return hooks;
  };
  EXPECT_THROW(workers.forward_backward(first_examples(7), failing), Error);
  EXPECT_GT(workers.forward_backward(first_examples(7)).norm, 0);
}

TEST(ShardWorkers, ABatchSmallerThanTheShardsWorks) {
  ByShards made;
  WorkerPool pool(3);
  ShardWorkers many(made.model, *made.data, pool, 8);
  ShardWorkers one(made.model, *made.data, pool, 1);
  EXPECT_NEAR(many.forward_backward(first_examples(2)).loss,
              one.forward_backward(first_examples(2)).loss, 1e-6);
}

TEST(ShardWorkers, GradientsDoNotAddUpOverCalls) {
  ByShards made;
  WorkerPool pool(2);
  ShardWorkers workers(made.model, *made.data, pool, 4);
  workers.forward_backward(first_examples(5));
  const at::Tensor once = made.model.parameters().gradients().clone();
  workers.forward_backward(first_examples(5));
  EXPECT_TRUE(torch::equal(once, made.model.parameters().gradients()));
}

TEST(ShardWorkers, WhatAWorkerThrowsReachesTheCaller) {
  ByShards made;
  DatasetArrays arrays = made.data->arrays();
  arrays.vocabulary.resize(1001);
  arrays.tokens[3 * arrays.n_pos] = 1000;  // the model has no such token
  const MemoryDataset broken(arrays);
  WorkerPool pool(2);
  ShardWorkers workers(made.model, broken, pool, 4);
  EXPECT_THROW(workers.forward_backward(first_examples(7)), Error);
}

}  // namespace
}  // namespace kairo
