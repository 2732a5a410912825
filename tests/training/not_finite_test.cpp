#include "training/not_finite.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

#include "core/base/error.h"
#include "tests/training/tiny_run.h"
#include "training/learner.h"

namespace kairo {
namespace {

struct Bad {
  RunOptions options = tiny_options();
  std::shared_ptr<const MemoryDataset> data = tiny_dataset(options);
  WorkerPool pool{2};
  Learner learner{options, *data, pool};

  // The learner with one parameter's numbers all `value`.
  void set(const std::string& parameter, float value) {
    LearnerSnapshot snapshot;
    learner.copy_to(snapshot, true);
    Checkpoint checkpoint = learner.to_checkpoint(snapshot);
    for (NamedArray& array : checkpoint.parameters) {
      if (array.name == parameter) std::fill(array.values.begin(), array.values.end(), value);
    }
    learner.restore(checkpoint, "made");
  }
};

TEST(NotFinite, AFiniteUpdateNamesNothing) {
  Bad made;
  const UpdateReport report = made.learner.update();
  EXPECT_TRUE(report.applied);
  EXPECT_EQ(report.not_finite, "");
  EXPECT_EQ(made.learner.find_anomaly(), "");
}

TEST(NotFinite, TheFirstGradientInTheOrderOfAForwardPassIsNamedWithItsCount) {
  Bad made;
  FlatParameters parameters = made.learner.model().parameters().shard();
  EXPECT_EQ(first_bad_gradient(parameters), "");
  at::Tensor later = parameters.view("blocks.1.mlp.b_out").of(parameters.gradients());
  later[3] = std::nan("");
  EXPECT_EQ(first_bad_gradient(parameters), "the gradient of blocks.1.mlp.b_out (1 of 16 numbers)");
  at::Tensor earlier = parameters.view("blocks.0.attn.W_K").of(parameters.gradients());
  earlier[1][2] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(first_bad_gradient(parameters), "the gradient of blocks.0.attn.W_K (8 of 256 numbers)");
}

TEST(NotFinite, TheFirstArrayOfACheckpointIsNamedParametersBeforeStates) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Checkpoint checkpoint;
  checkpoint.parameters = {{"W", {2}, {1, 2}}, {"b", {3}, {1, 2, 3}}};
  checkpoint.optimizer.states["exp_avg"] = checkpoint.parameters;
  checkpoint.optimizer.states["exp_avg_sq"] = checkpoint.parameters;
  checkpoint.optimizer.states["exp_avg_sq"][0].values[1] = 3.4e38F;  // large, and a number
  EXPECT_EQ(first_bad_array(checkpoint), "");
  checkpoint.optimizer.states["exp_avg_sq"][1].values = {kInfinity, 0, std::nanf("")};
  EXPECT_EQ(first_bad_array(checkpoint), "b of exp_avg_sq (2 of 3 numbers)");
  checkpoint.parameters[0].values[0] = -kInfinity;
  EXPECT_EQ(first_bad_array(checkpoint), "W (1 of 2 numbers)");
}

TEST(NotFinite, TheOperationIsTheFirstHookPointInFiringOrder) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"embed.W_E", "hook_embed"},
      {"blocks.0.attn.b_Q", "blocks.0.attn.hook_q"},
      {"blocks.1.mlp.b_in", "blocks.1.mlp.hook_pre"},
      {"unembed.b_U", "unembed.hook_out"}};
  for (const auto& [parameter, point] : cases) {
    Bad made;
    made.set(parameter, std::numeric_limits<float>::infinity());
    const UpdateReport report = made.learner.update();
    EXPECT_FALSE(report.applied);
    EXPECT_EQ(made.learner.step(), 0);
    EXPECT_NE(report.not_finite.find("the gradient of "), std::string::npos) << report.not_finite;
    EXPECT_EQ(made.learner.find_anomaly(), point) << parameter;
  }
}

// The mask of attention scores is made of -inf, which is no fault.
TEST(NotFinite, AProductThatOverflowsIsNamedWhereItIsMade) {
  Bad made;
  made.set("blocks.1.attn.b_Q", 3e37f);
  made.set("blocks.1.attn.b_K", 3e37f);
  made.learner.update();
  EXPECT_EQ(made.learner.find_anomaly(), "blocks.1.attn.hook_attn_scores");
}

TEST(NotFinite, LookingForItLeavesTheGradientsAlone) {
  Bad made;
  made.learner.update();
  const at::Tensor before = made.learner.model().parameters().gradients().clone();
  made.learner.find_anomaly();
  EXPECT_TRUE(torch::equal(before, made.learner.model().parameters().gradients()));
}

}  // namespace
}  // namespace kairo
