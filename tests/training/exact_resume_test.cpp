// train(2N) = train(N) + resume(N), to the byte: checkpoints by content hash, metrics line by line
// but for the two fields that a clock decides.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "tests/core/store/timeless_metrics.h"
#include "tests/training/tiny_run.h"
#include "training/optimizer.h"

namespace kairo {
namespace {

std::vector<std::string> hashes(const TinyRun& run, const std::vector<int64_t>& steps) {
  std::vector<std::string> all;
  for (const int64_t step : steps) all.push_back(run.checkpoint(step).content_hash);
  return all;
}

struct Threads {
  int before;
  int after;
};

class ExactResume : public testing::TestWithParam<Threads> {};

// An epoch is four batches, an evaluation comes every 6 steps, a checkpoint every 8: the 23 places
// are in the middle and at the end of epochs, between evaluations and at them, and at checkpoints.
TEST_P(ExactResume, AtEveryStepGivesTheSameCheckpointsAndMetrics) {
  TinyRun whole;
  whole.train(1);
  const std::vector<int64_t> steps = whole.steps();
  const auto expected_hashes = hashes(whole, steps);
  const auto expected_metrics = timeless_metrics(whole.directory().metrics_file());
  ASSERT_EQ(expected_metrics.size(), 5U);
  for (int64_t at = 1; at < 24; ++at) {
    TinyRun parts;
    ASSERT_EQ(parts.train(GetParam().before, {}, at), TrainingEnd::kInterrupted) << at;
    ASSERT_EQ(parts.train(GetParam().after, at), TrainingEnd::kFinished) << at;
    EXPECT_EQ(hashes(parts, steps), expected_hashes) << at;
    EXPECT_EQ(timeless_metrics(parts.directory().metrics_file()), expected_metrics) << at;
  }
}

// 2 to 1: one thread continues what two began.
INSTANTIATE_TEST_SUITE_P(Threads, ExactResume,
                         testing::Values(Threads{1, 1}, Threads{2, 2}, Threads{2, 1},
                                         Threads{1, 2}),
                         [](const auto& info) {
                           return std::to_string(info.param.before) + "to" +
                                  std::to_string(info.param.after);
                         });

TEST(ExactResumeTwice, AndAgainIsStillTheSame) {
  TinyRun whole, parts;
  whole.train();
  parts.train(1, {}, 5);
  parts.train(2, 5, 11);
  parts.train(1, 11, 12);
  parts.train(2, 12);
  EXPECT_EQ(parts.checkpoint(24).content_hash, whole.checkpoint(24).content_hash);
  EXPECT_EQ(timeless_metrics(parts.directory().metrics_file()),
            timeless_metrics(whole.directory().metrics_file()));
}

struct Optimized {
  RunOptions options = tiny_options();
  Dataset data = tiny_dataset(options);
  Transformer model{options.model};
  std::unique_ptr<Optimizer> optimizer;

  explicit Optimized(const std::string& name)
      : optimizer(make_optimizer(name, options.training, model.parameters())) {
    initialize(model.parameters(), options.model);
  }
  // Gradients of that step; zero in the padding, as a model's are.
  void update(int64_t step) {
    torch::manual_seed(static_cast<uint64_t>(step));
    at::Tensor gradients = torch::zeros_like(model.parameters().values());
    for (const ParameterView& view : model.parameters().views()) view.of(gradients).normal_();
    optimizer->update({0.01 * static_cast<double>(step), 0.5}, gradients,
                      model.parameters().values());
  }
};

TEST(Optimizer, EveryOneGoesOnToTheByteFromWhatACheckpointKeeps) {
  for (const std::string& name : optimizer_names()) {
    Optimized whole(name);
    for (int64_t step = 1; step <= 6; ++step) whole.update(step);
    for (int64_t at = 0; at <= 6; ++at) {
      Optimized before(name), after(name);
      for (int64_t step = 1; step <= at; ++step) before.update(step);
      OptimizerSnapshot kept;
      before.optimizer->copy_to(kept);
      after.optimizer->restore(to_saved(kept, before.model.parameters()), after.model.parameters(),
                               "file");
      at::Tensor values = after.model.parameters().values();
      values.copy_(before.model.parameters().values());
      for (int64_t step = at + 1; step <= 6; ++step) after.update(step);
      EXPECT_TRUE(torch::equal(values, whole.model.parameters().values())) << name << at;
      for (const auto& [state, tensor] : whole.optimizer->states()) {
        EXPECT_TRUE(torch::equal(after.optimizer->states().at(state), tensor)) << name << state;
      }
    }
  }
}

}  // namespace
}  // namespace kairo
