// What is fused where nobody looks equals what is done step by step where somebody does: losses and
// the gradients of all parameters, for every point of every kind of model, over batches of one
// example, one position and odd sizes, with losses everywhere or at some positions.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/model/loss.h"
#include "hooks/error.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

struct Batch {
  int64_t examples, pos;
  std::vector<int64_t> positions;  // of the loss; empty: all
};

struct Pass {
  at::Tensor losses;     // [example, position]
  at::Tensor gradients;  // of their sum, flat
};

class FusedContract : public testing::TestWithParam<MadeModel> {
 protected:
  static std::vector<Batch> batches() {
    return {{1, 1, {}}, {1, 8, {}}, {3, 5, {}}, {2, 7, {2, 5}}, {1, 3, {2}}};
  }

  static at::Tensor labels_of(const Batch& batch, const ModelOptions& options) {
    const auto n = static_cast<int64_t>(batch.positions.size());
    return make_tokens(options, batch.examples + 1, n > 0 ? n : batch.pos)
        .narrow(0, 1, batch.examples)
        .contiguous();
  }

  // By a shard, whose fused operations add their weights' gradients in place.
  static Pass pass(const Transformer& model, const Batch& batch, const Hooks& hooks) {
    Transformer shard = model.shard();
    ForwardOptions forward;
    forward.positions = batch.positions;
    const at::Tensor losses = shard.loss(make_tokens(model.options(), batch.examples, batch.pos),
                                         labels_of(batch, model.options()), hooks, forward);
    losses.sum().backward();
    return {losses.detach(), shard.parameters().gradients()};
  }

  static void expect_equal_for_every_point(const Transformer& model, double most) {
    for (const Batch& batch : batches()) {
      const Pass fused = pass(model, batch, {});
      for (const HookPoint& point : model.hook_table().points()) {
        Hooks hooks;
        hooks.observe(point.name, [](const at::Tensor&, const HookPoint&) {});
        hooks.observe_gradient(point.name, [](const at::Tensor&, const HookPoint&) {});
        const Pass looked_at = pass(model, batch, hooks);
        EXPECT_LT(relative_error(looked_at.losses, fused.losses), most) << point.name;
        EXPECT_LT(relative_error(looked_at.gradients, fused.gradients), most) << point.name;
      }
    }
  }
};

TEST_P(FusedContract, EveryPointLookedAtEqualsFusedInFloat32) {
  expect_equal_for_every_point(make_model(GetParam(), ModelDtype::kFloat32), 1e-5);
}

TEST_P(FusedContract, EveryPointLookedAtEqualsFusedInFloat64) {
  expect_equal_for_every_point(make_model(GetParam(), ModelDtype::kFloat64), 1e-12);
}

TEST_P(FusedContract, Float32EqualsFloat64) {
  const Transformer model = make_model(GetParam(), ModelDtype::kFloat32);
  for (const Batch& batch : batches()) {
    const Pass fast = pass(model, batch, {}), slow = pass(in_double(model), batch, {});
    EXPECT_LT(relative_error(fast.losses, slow.losses), 1e-5);
    EXPECT_LT(relative_error(fast.gradients, slow.gradients), 1e-5);
  }
}

TEST_P(FusedContract, LossIsTokenLossOfTheLogitsAndAShardsGradientsAreAutograds) {
  Transformer model = make_model(GetParam(), ModelDtype::kFloat32);
  for (const Batch& batch : batches()) {
    const Pass shard = pass(model, batch, {});
    ForwardOptions forward;
    forward.positions = batch.positions;
    model.parameters().zero_gradients();
    const at::Tensor losses = token_loss(
        model.forward(make_tokens(model.options(), batch.examples, batch.pos), {}, forward),
        labels_of(batch, model.options()));
    losses.sum().backward();
    EXPECT_LT(relative_error(shard.losses, losses), 1e-5);
    EXPECT_LT(relative_error(shard.gradients, model.parameters().gradients()), 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, FusedContract, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

TEST(Loss, APassThatStopsBeforeTheEndHasNone) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  const at::Tensor tokens = make_tokens(model.options(), 1, 3);
  ForwardOptions forward;
  forward.stop_at_layer = 1;
  EXPECT_THROW(model.loss(tokens, tokens, {}, forward), Error);
}

TEST(Loss, LabelsThatDoNotFitAreRefused) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  const at::Tensor tokens = make_tokens(model.options(), 2, 3);
  EXPECT_THROW(model.loss(tokens, tokens.narrow(1, 0, 2)), Error);
  EXPECT_THROW(model.loss(tokens, tokens + model.options().d_vocab), Error);
}

}  // namespace
}  // namespace kairo
