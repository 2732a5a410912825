// What an update does beside the optimiser's arithmetic: seeds, frozen parameters, accumulation,
// weights to begin with.
#include "training/learner.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/base/error.h"
#include "core/model/checkpoint_io.h"
#include "tests/training/tiny_run.h"
#include "training/initial_weights.h"

namespace kairo {
namespace {

struct Learning {
  RunOptions options;
  std::shared_ptr<const MemoryDataset> data;
  WorkerPool pool{2};
  std::unique_ptr<Learner> learner;

  explicit Learning(const RunOptions& asked) : options(asked), data(tiny_dataset(options)) {
    learner = std::make_unique<Learner>(options, *data, pool);
  }
  const at::Tensor& values() const { return learner->model().parameters().values(); }
  at::Tensor parameter(const std::string& name) const {
    return learner->model().parameters().view(name).of(values());
  }
};

// Was: a sweep over seeds changed the data and the order, never the weights.
TEST(Learner, TheExperimentsSeedDrawsTheWeightsToo) {
  RunOptions options = tiny_options();
  options.model->seed = -1;
  options.experiment.seed = 1;
  const Learning one(options);
  options.experiment.seed = 2;
  const Learning two(options);
  EXPECT_FALSE(torch::equal(one.values(), two.values()));
  EXPECT_EQ(two.learner->model().options().seed, 2);
  options.model->seed = 1;
  EXPECT_TRUE(torch::equal(one.values(), Learning(options).values()));
}

TEST(Learner, FrozenParametersStayToTheByteAndTheOthersMove) {
  for (const std::string optimizer : {"adamw", "sgd"}) {
    RunOptions options = tiny_options();
    options.training.optimizer = optimizer;
    options.training.frozen = {"blocks.*.attn.W_?", "embed.W_E"};
    Learning frozen(options);
    const at::Tensor before = frozen.values().clone();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(frozen.learner->update().applied);
    for (const ParameterView& view : frozen.learner->model().parameters().views()) {
      const bool stays =
          view.name == "embed.W_E" || view.name.find(".attn.W_") != std::string::npos;
      EXPECT_EQ(torch::equal(view.of(before), view.of(frozen.values())), stays)
          << optimizer << " " << view.name;
    }
  }
}

TEST(Learner, AGlobOfFrozenParametersThatMatchesNothingIsRefused) {
  RunOptions options = tiny_options();
  options.training.frozen = {"blocks.*.attn.W_X"};
  try {
    Learning refused(options);
    FAIL() << "took a glob without a match";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_NE(std::string(error.what()).find("training.frozen: no parameter matches"),
              std::string::npos)
        << error.what();
  }
}

// Two batches of 2 in 2 shards are one batch of 4 in 4 shards: the same rows a shard, added in the
// same order.
TEST(Learner, AccumulatedBatchesEqualOneBatchToTheBit) {
  RunOptions options = tiny_options();
  options.training.batch_size = 4;
  options.training.shards = 4;
  Learning whole(options);
  options.training.batch_size = 2;
  options.training.shards = 2;
  options.training.accumulate = 2;
  Learning parts(options);
  for (int i = 0; i < 3; ++i) {
    const UpdateReport a = whole.learner->update(), b = parts.learner->update();
    EXPECT_EQ(a.loss, b.loss);
    EXPECT_EQ(a.grad_norm, b.grad_norm);
  }
  EXPECT_TRUE(torch::equal(whole.values(), parts.values()));
}

TEST(Learner, BeginsWithTheWeightsOfACheckpoint) {
  TinyRun run;
  run.train();
  RunOptions options = tiny_options();
  options.training.init_from = run.directory().checkpoint(24);
  options.training.frozen = {"embed.W_E"};
  Learning begun(options);
  const auto initial = read_initial_weights(begun.options);
  ASSERT_TRUE(initial.has_value());
  EXPECT_EQ(initial->content_hash, run.checkpoint(24).content_hash);
  begun.learner->begin_with(initial->parameters, initial->path);
  const std::unique_ptr<Model> trained = load_model(run.directory().checkpoint(24));
  EXPECT_TRUE(torch::equal(begun.values(), trained->parameters().values()));
  EXPECT_EQ(begun.learner->step(), 0);
  begun.learner->update();
  // What is frozen is the checkpoint's value, not the drawn one.
  EXPECT_TRUE(
      torch::equal(begun.parameter("embed.W_E"),
                   trained->parameters().view("embed.W_E").of(trained->parameters().values())));
  begun.options.model.as<TransformerOptions>().d_mlp = 64;
  EXPECT_THROW(read_initial_weights(begun.options), Error);
  begun.options.training.init_from += "x";
  EXPECT_THROW(read_initial_weights(begun.options), Error);
}

}  // namespace
}  // namespace kairo
