// Dropout in a transformer's pass: where it acts, of what its masks are a function, and that passes
// without it know nothing of it.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/base/error.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

MadeModel with_dropout(MadeModel made) {
  made.options.embed_dropout = 0.1;
  made.options.attn_dropout = 0.2;
  made.options.resid_dropout = 0.3;
  return made;
}

std::vector<MadeModel> models_with_dropout() {
  std::vector<MadeModel> models;
  for (const MadeModel& made : made_models()) models.push_back(with_dropout(made));
  return models;
}

ForwardOptions training_pass(int64_t examples, int64_t update = 1) {
  ForwardOptions forward;
  forward.random.update = {5, update};
  for (int64_t i = 0; i < examples; ++i) forward.random.examples.push_back(40 + 3 * i);
  return forward;
}

class DropoutInModels : public testing::TestWithParam<MadeModel> {
 protected:
  static constexpr int64_t kBatch = 4, kPos = 7;
  static at::Tensor tokens() { return make_tokens(GetParam().options, kBatch, kPos); }

  static void expect_positions_as_in_a_full_pass(ModelDtype dtype, double most) {
    const Transformer model = make_model(GetParam(), dtype);
    ForwardOptions forward = training_pass(kBatch);
    const at::Tensor full = model.forward(tokens(), {}, forward);
    forward.positions = {1, 4, 5};
    const at::Tensor some = model.forward(tokens(), {}, forward);
    EXPECT_LT(relative_error(some, full.index_select(1, at::tensor(forward.positions))), most);
    EXPECT_GT(relative_error(full, model.forward(tokens())), 1e-3) << "something is dropped";
  }
};

TEST_P(DropoutInModels, PositionsHaveTheMasksOfAFullPass) {
  expect_positions_as_in_a_full_pass(ModelDtype::kFloat32, 1e-5);
  expect_positions_as_in_a_full_pass(ModelDtype::kFloat64, 1e-12);
}

TEST_P(DropoutInModels, AnExampleHasItsMasksInEveryBatch) {
  const Transformer model = make_model(GetParam(), ModelDtype::kFloat64);
  const ForwardOptions forward = training_pass(kBatch);
  ForwardOptions of_shard = forward;
  of_shard.random = forward.random.rows(1, 2);
  const at::Tensor whole = model.forward(tokens(), {}, forward);
  const at::Tensor shard = model.forward(tokens().narrow(0, 1, 2), {}, of_shard);
  EXPECT_LT(relative_error(shard, whole.narrow(0, 1, 2)), 1e-12);
  // Of a batch that is cut shorter, too.
  if (GetParam().options.attention_dir == AttentionDir::kBidirectional) return;
  const at::Tensor shorter = model.forward(tokens().narrow(1, 0, 5).contiguous(), {}, forward);
  EXPECT_LT(relative_error(shorter, whole.narrow(1, 0, 5)), 1e-12);
}

TEST_P(DropoutInModels, EvaluationHasNone) {
  MadeModel without = GetParam();
  without.options.embed_dropout = without.options.attn_dropout = without.options.resid_dropout = 0;
  const Transformer model = make_model(GetParam(), ModelDtype::kFloat32);
  const Transformer plain = make_model(without, ModelDtype::kFloat32);
  EXPECT_TRUE(at::equal(model.forward(tokens()), plain.forward(tokens())));
  EXPECT_TRUE(
      at::equal(plain.forward(tokens(), {}, training_pass(kBatch)), plain.forward(tokens())));
}

// Central differences along a random direction of all parameters.
TEST_P(DropoutInModels, TheGradientIsTheNumericalOne) {
  Transformer model = make_model(GetParam(), ModelDtype::kFloat64);
  const at::Tensor labels = tokens().flip(0).contiguous();
  const auto loss = [&] { return model.loss(tokens(), labels, {}, training_pass(kBatch)).sum(); };
  loss().backward();
  const at::Tensor values = model.parameters().values();
  const at::Tensor direction = at::zeros_like(values);
  for (const ParameterView& view : model.parameters().views()) {
    const at::Tensor part = view.of(direction);
    part.copy_((at::arange(part.numel(), at::kDouble) * 1.7 + 1).sin().view(part.sizes()));
  }
  const double exact = (model.parameters().gradients() * direction).sum().item<double>();
  const torch::NoGradGuard no_grad;
  const double step = 1e-6;
  const auto moved = [&](double by) {
    values.add_(direction, by);
    const double value = loss().item<double>();
    values.sub_(direction, by);
    return value;
  };
  // relu has kinks, which a step of 1e-6 may cross.
  const double most = GetParam().options.act_fn == ActFn::kRelu ? 1e-4 : 1e-6;
  EXPECT_NEAR((moved(step) - moved(-step)) / (2 * step), exact, most * std::abs(exact));
}

INSTANTIATE_TEST_SUITE_P(Models, DropoutInModels, testing::ValuesIn(models_with_dropout()),
                         [](const auto& info) { return info.param.name; });

// Without a norm and an MLP the logits of one block are linear in each mask of pattern and output.
TEST(Dropout, ItsMeanOverUpdatesIsThePassWithout) {
  MadeModel made{"linear", small_options()};
  made.options.n_layers = 1;
  made.options.attn_only = true;
  made.options.normalization_type = Normalization::kNone;
  made.options.attn_dropout = 0.2;
  made.options.resid_dropout = 0.3;
  const Transformer model = make_model(made, ModelDtype::kFloat64);
  const torch::NoGradGuard no_grad;
  const at::Tensor tokens = make_tokens(made.options, 2, 5);
  constexpr int64_t kUpdates = 4000;
  std::vector<at::Tensor> passes;
  for (int64_t update = 0; update < kUpdates; ++update) {
    passes.push_back(model.forward(tokens, {}, training_pass(2, update)));
  }
  const at::Tensor all = at::stack(passes);
  const at::Tensor error = all.std(0) / std::sqrt(static_cast<double>(kUpdates));
  const at::Tensor off = (all.mean(0) - model.forward(tokens)).abs();
  EXPECT_GT(error.min().item<double>(), 0);
  EXPECT_LT((off / error).max().item<double>(), 5);
}

TEST(Dropout, AHookPointSeesItsValueBeforeAndThePassGoesOnAfter) {
  const Transformer model = make_model(with_dropout(made_models()[0]), ModelDtype::kFloat64);
  const at::Tensor tokens = make_tokens(model.options(), 2, 6);
  std::map<std::string, at::Tensor> seen;
  Hooks hooks;
  hooks.observe("*", [&](const at::Tensor& value, const HookPoint& point) {
    seen[point.name] = value.detach();
  });
  model.forward(tokens, hooks, training_pass(2));
  EXPECT_LT((seen["blocks.0.attn.hook_pattern"].sum(-1) - 1).abs().max().item<double>(), 1e-12);
  const auto mask = [&](const std::string& after, const std::string& before, const at::Tensor& out,
                        double share) {
    const at::Tensor ratio = (seen[after] - (before.empty() ? at::zeros({}) : seen[before])) / out;
    const at::Tensor is_zero = ratio.abs().lt(1e-9),
                     is_kept = (ratio * (1 - share) - 1).abs().lt(1e-9);
    EXPECT_TRUE(at::logical_or(is_zero, is_kept).all().item<bool>()) << after;
    EXPECT_TRUE(is_zero.any().item<bool>() && is_kept.any().item<bool>()) << after;
  };
  mask("blocks.0.hook_resid_pre", "", seen["hook_embed"] + seen["hook_pos_embed"], 0.1);
  mask("blocks.0.hook_resid_mid", "blocks.0.hook_resid_pre", seen["blocks.0.hook_attn_out"], 0.3);
  mask("blocks.0.hook_resid_post", "blocks.0.hook_resid_mid", seen["blocks.0.hook_mlp_out"], 0.3);
}

TEST(Dropout, RandomnessOfAnotherNumberOfExamplesIsRefused) {
  const Transformer model = make_model(with_dropout(made_models()[0]), ModelDtype::kFloat32);
  EXPECT_THROW(model.forward(make_tokens(model.options(), 2, 6), {}, training_pass(3)), Error);
}

}  // namespace
}  // namespace kairo
