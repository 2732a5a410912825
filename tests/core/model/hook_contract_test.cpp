// The contract of every hook point, by a loop over the table, for models of every kind.
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <map>

#include "core/base/error.h"
#include "core/model/cached_run.h"
#include "core/model/loss.h"
#include "hooks/interventions.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

class HookContract : public testing::TestWithParam<MadeModel> {
 protected:
  HookContract()
      : model(make_model(GetParam(), ModelDtype::kFloat32)),
        tokens(make_tokens(model.options(), 3, 6)) {}

  int64_t axis_size(const std::string& axis) const {
    const TransformerOptions& o = model.options();
    const std::map<std::string, int64_t> sizes = {{"batch", 3},           {"pos", 6},
                                                  {"query_pos", 6},       {"key_pos", 6},
                                                  {"head", o.n_heads},    {"d_model", o.d_model},
                                                  {"d_head", o.d_head},   {"d_mlp", o.d_mlp},
                                                  {"d_vocab", o.d_vocab}, {"one", 1}};
    return sizes.at(axis);
  }

  Transformer model;
  at::Tensor tokens;
};

TEST_P(HookContract, EachPointFiresOnceWithItsDeclaredShapeAndChangesNothing) {
  const torch::NoGradGuard no_grad;
  const at::Tensor plain = model.forward(tokens);
  for (const HookPoint& point : model.hook_table().points()) {
    int fired = 0;
    Hooks hooks;
    hooks.observe(point.name, [&](const at::Tensor& value, const HookPoint& at) {
      ++fired;
      EXPECT_EQ(at.name, point.name);
      ASSERT_EQ(value.dim(), static_cast<int64_t>(point.axes.size())) << point.name;
      for (std::size_t axis = 0; axis < point.axes.size(); ++axis) {
        EXPECT_EQ(value.size(axis), axis_size(point.axes[axis])) << point.name;
      }
    });
    const at::Tensor looked_at = model.forward(tokens, hooks);
    EXPECT_EQ(fired, 1) << point.name;
    EXPECT_LT(relative_error(looked_at, plain), 1e-5) << point.name;
  }
}

TEST_P(HookContract, PointsFireInTheOrderOfTheTable) {
  const CachedRun run = run_with_cache(model, tokens, {"*", "*hook_result", "*hook_attn_in"});
  std::vector<std::string> expected;
  for (const HookPoint& point : model.hook_table().points()) {
    if (run.cache.has(point.name)) expected.push_back(point.name);
  }
  EXPECT_EQ(run.cache.names(), expected);
}

TEST_P(HookContract, AnIdentityEditEqualsPlainObservationToTheBit) {
  for (const HookPoint& point : model.hook_table().points()) {
    Hooks observing, identity;
    observing.observe(point.name, [](const at::Tensor&, const HookPoint&) {});
    identity.edit(point.name, [](const at::Tensor& value, const HookPoint&) {
      return std::optional<at::Tensor>(value);
    });
    EXPECT_TRUE(at::equal(model.forward(tokens, observing), model.forward(tokens, identity)))
        << point.name;
  }
}

TEST_P(HookContract, AnEditOfEachPointChangesTheLogits) {
  const torch::NoGradGuard no_grad;
  const at::Tensor plain = model.forward(tokens);
  for (const HookPoint& point : model.hook_table().points()) {
    Hooks hooks;
    hooks.edit(point.name, [](const at::Tensor& value, const HookPoint&) {
      return std::optional<at::Tensor>(value +
                                       0.1 * at::arange(value.numel()).view(value.sizes()).sin());
    });
    EXPECT_GT((model.forward(tokens, hooks) - plain).abs().max().item<float>(), 1e-5) << point.name;
  }
}

TEST_P(HookContract, GradientsLookedAtOrNotAgree) {
  const auto parameter_gradients = [&](const Hooks& hooks) {
    model.parameters().zero_gradients();
    next_token_loss(model.forward(tokens, hooks), tokens).mean().backward();
    return model.parameters().gradients().clone();
  };
  const at::Tensor plain = parameter_gradients({});
  for (const HookPoint& point : model.hook_table().points()) {
    Hooks hooks;
    int fired = 0;
    hooks.observe_gradient(point.name, [&](const at::Tensor&, const HookPoint&) { ++fired; });
    EXPECT_LT(relative_error(parameter_gradients(hooks), plain), 1e-5) << point.name;
    EXPECT_EQ(fired, 1) << point.name;
  }
}

TEST_P(HookContract, ZeroedGradientAtTheFinalLogitsStopsEverything) {
  Hooks hooks;
  hooks.edit_gradient("unembed.hook_out", zero_ablation());
  model.parameters().zero_gradients();
  next_token_loss(model.forward(tokens, hooks), tokens).mean().backward();
  EXPECT_EQ(model.parameters().gradients().abs().max().item<float>(), 0);
}

// Directional derivative along a fixed direction, for every point, in double.
TEST_P(HookContract, GradientsMatchCentralDifferences) {
  const Transformer twice = in_double(model);
  for (const HookPoint& point : twice.hook_table().points()) {
    const auto loss_with = [&](double amount, Hooks hooks) {
      hooks.edit(point.name, [amount](const at::Tensor& value, const HookPoint&) {
        const at::Tensor direction =
            at::arange(value.numel(), at::kDouble).view(value.sizes()).cos();
        return std::optional<at::Tensor>(value + amount * direction);
      });
      return next_token_loss(twice.forward(tokens, hooks), tokens).mean();
    };
    at::Tensor gradient;
    Hooks hooks;
    hooks.observe_gradient(point.name,
                           [&](const at::Tensor& value, const HookPoint&) { gradient = value; });
    loss_with(0, hooks).backward();
    const at::Tensor direction =
        at::arange(gradient.numel(), at::kDouble).view(gradient.sizes()).cos();
    const double slope = (gradient * direction).sum().item<double>();
    const torch::NoGradGuard no_grad;
    const double step = 1e-5;
    const double measured =
        (loss_with(step, {}).item<double>() - loss_with(-step, {}).item<double>()) / (2 * step);
    EXPECT_NEAR(slope, measured, 1e-6 * std::max(1.0, std::abs(measured))) << point.name;
  }
}

TEST_P(HookContract, FrozenWeightsStillGiveGradients) {
  Transformer frozen = take_transformer(model.shard(), "a test");
  frozen.parameters().freeze();
  Hooks hooks;
  int fired = 0;
  hooks.observe_gradient("hook_embed", [&](const at::Tensor& value, const HookPoint&) {
    ++fired;
    EXPECT_GT(value.abs().max().item<float>(), 0);
  });
  next_token_loss(frozen.forward(tokens, hooks), tokens).mean().backward();
  EXPECT_EQ(fired, 1);
}

// The gradient at the embedding of a frozen model one point of which is a constant; undefined where
// nothing of the loss depends on the embedding.
at::Tensor gradient_past_constant(Transformer model, const at::Tensor& tokens,
                                  const HookPoint& constant) {
  model.parameters().freeze();
  at::Tensor seen;
  Hooks hooks;
  hooks.observe_gradient("hook_embed",
                         [&](const at::Tensor& value, const HookPoint&) { seen = value; });
  hooks.edit(constant.name, [](const at::Tensor& value, const HookPoint&) {
    const at::Tensor numbers = at::arange(value.numel(), value.options().requires_grad(false));
    return std::optional<at::Tensor>(numbers.view(value.sizes()).sin() + 2);
  });
  const at::Tensor loss = next_token_loss(model.forward(tokens, hooks), tokens).mean();
  if (loss.requires_grad()) loss.backward();
  return seen;
}

// Was: the fused MLP behind a constant read saved tensors that it had not saved.
TEST_P(HookContract, AConstantAtAnyPointOfAFrozenModelLeavesTheOtherPathsTheirGradients) {
  int n_gradients = 0;
  for (const HookPoint& point : model.hook_table().points()) {
    const at::Tensor fast =
        gradient_past_constant(take_transformer(model.shard(), "a test"), tokens, point);
    const at::Tensor slow = gradient_past_constant(in_double(model), tokens, point);
    ASSERT_EQ(fast.defined(), slow.defined()) << point.name;
    if (!fast.defined()) continue;
    EXPECT_LT(relative_error(fast, slow), 1e-4) << point.name;
    ++n_gradients;
  }
  EXPECT_GT(n_gradients, 0);
}

INSTANTIATE_TEST_SUITE_P(Models, HookContract, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

TEST(Hooks, AChangeInPlaceIsAnErrorNamingThePoint) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  Hooks hooks;
  hooks.observe("blocks.0.hook_resid_pre",
                [](const at::Tensor& value, const HookPoint&) { at::Tensor(value).zero_(); });
  const torch::NoGradGuard no_grad;
  try {
    model.forward(make_tokens(model.options(), 1, 3), hooks);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("blocks.0.hook_resid_pre"), std::string::npos);
  }
}

TEST(Hooks, AReplacementOfAnotherShapeIsAnError) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  Hooks hooks;
  hooks.edit("blocks.0.hook_resid_pre", [](const at::Tensor& value, const HookPoint&) {
    return std::optional<at::Tensor>(value.narrow(1, 0, 1));
  });
  EXPECT_THROW(model.forward(make_tokens(model.options(), 1, 3), hooks), Error);
}

}  // namespace
}  // namespace kairo
