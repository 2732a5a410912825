#include "training/optim/optimizer.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "core/base/error.h"
#include "tests/training/tiny_run.h"

namespace kairo {
namespace {

struct Made {
  RunOptions options = tiny_options();
  std::shared_ptr<const MemoryDataset> data = tiny_dataset(options);
  Transformer model{options.model};
  FlatParameters& parameters = model.parameters();
  std::unique_ptr<Optimizer> adamw = make_optimizer("adamw", options.training, parameters);
};

OptimizerState saved(const Made& made) {
  OptimizerSnapshot snapshot;
  made.adamw->copy_to(snapshot);
  return to_saved(snapshot, made.parameters);
}

TEST(AdamW, FirstUpdateIsDecayAndOneLearningRateAgainstTheGradientsSign) {
  Made made;
  at::Tensor values = torch::ones_like(made.parameters.values());
  const at::Tensor gradients = torch::full_like(values, 0.25);
  made.adamw->update({0.1, 1}, gradients, values);
  // m̂ = g and v̂ = g² after one step: 1·(1 - 0.1·0.01) - 0.1·0.25/(0.25 + 1e-8).
  EXPECT_NEAR(values[0].item<double>(), 0.999 - 0.1, 1e-6);
  EXPECT_EQ(made.adamw->step(), 1);
}

TEST(AdamW, PaddingStaysZero) {
  Made made;
  initialize(made.parameters, made.options.model);
  at::Tensor gradients = torch::zeros_like(made.parameters.values());
  for (const ParameterView& view : made.parameters.views()) view.of(gradients).fill_(1);
  const int64_t used = gradients.count_nonzero().item<int64_t>();
  ASSERT_LT(used, gradients.numel());
  for (int i = 0; i < 3; ++i) made.adamw->update({0.1, 1}, gradients, made.parameters.values());
  EXPECT_EQ(made.parameters.values().masked_select(gradients == 0).count_nonzero().item<int64_t>(),
            0);
}

TEST(Optimizer, SavedAndRestoredGoesOnTheSame) {
  Made made, other;
  at::Tensor a = torch::ones_like(made.parameters.values()), b = a.clone();
  // Gradients as a model has them: zero in the padding, which a checkpoint leaves out.
  at::Tensor gradients = torch::zeros_like(a);
  for (const ParameterView& view : made.parameters.views()) view.of(gradients).fill_(0.5);
  made.adamw->update({0.1, 1}, gradients, a);
  b.copy_(a);
  other.adamw->restore(saved(made), other.parameters, "file");
  made.adamw->update({0.1, 0.5}, gradients, a);
  other.adamw->update({0.1, 0.5}, gradients, b);
  EXPECT_TRUE(torch::equal(a, b));
  EXPECT_EQ(other.adamw->step(), 2);
}

TEST(Optimizer, RefusesAnotherOptimizersStateAndUnknownNames) {
  Made made;
  OptimizerState state = saved(made);
  state.name = "sgd";
  EXPECT_THROW(made.adamw->restore(state, made.parameters, "file"), Error);
  state.name = "adamw";
  state.states.erase("exp_avg");
  EXPECT_THROW(made.adamw->restore(state, made.parameters, "file"), Error);
  EXPECT_THROW(make_optimizer("adam", made.options.training, made.parameters), Error);
}

}  // namespace
}  // namespace kairo
