#include "core/model/cached_run.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/model/loss.h"
#include "hooks/interventions.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

class EveryModel : public testing::TestWithParam<MadeModel> {
 protected:
  EveryModel()
      : model(make_model(GetParam(), ModelDtype::kFloat64)),
        tokens(make_tokens(model.options(), 3, 7)) {}
  Transformer model;
  at::Tensor tokens;
};

TEST_P(EveryModel, LogitsAtSomePositionsEqualThoseOfAFullPass) {
  const at::Tensor full = model.forward(tokens);
  ForwardOptions options;
  options.positions = {2, 5};
  const at::Tensor expected = full.index_select(1, at::tensor({2, 5}));
  EXPECT_LT(relative_error(model.forward(tokens, {}, options), expected), 1e-12);
  Hooks looking_at_the_last_block;
  looking_at_the_last_block.observe("*hook_z", [](const at::Tensor&, const HookPoint&) {});
  EXPECT_LT(relative_error(model.forward(tokens, looking_at_the_last_block, options), expected),
            1e-12);
  Hooks looking_at_the_end;
  looking_at_the_end.observe("ln_final.*", [](const at::Tensor&, const HookPoint&) {});
  if (model.options().normalization_type != Normalization::kNone) {
    EXPECT_LT(relative_error(model.forward(tokens, looking_at_the_end, options), expected), 1e-12);
  }
}

TEST_P(EveryModel, GradientsAreTheSameWhenOnlySomePositionsAreFinished) {
  const auto gradients = [&](bool only_some) {
    model.parameters().zero_gradients();
    ForwardOptions options;
    if (only_some) options.positions = {1, 4};
    at::Tensor logits = model.forward(tokens, {}, options);
    if (!only_some) logits = logits.index_select(1, at::tensor({1, 4}));
    logits.pow(2).sum().backward();
    return model.parameters().gradients().clone();
  };
  EXPECT_LT(relative_error(gradients(true), gradients(false)), 1e-12);
}

TEST_P(EveryModel, StoppingAndStartingAtAnyLayerIsTheWholePass) {
  const at::Tensor full = model.forward(tokens);
  for (int64_t layer = 0; layer <= model.options().n_layers; ++layer) {
    LayerOptions stop, start;
    stop.stop_at_layer = layer;
    start.start_at_layer = layer;
    const at::Tensor residual = model.forward_layers(tokens, {}, stop);
    EXPECT_TRUE(at::equal(model.forward_from(residual, {}, start), full)) << layer;
  }
}

TEST_P(EveryModel, DecompositionOfTheResidualSumsToIt) {
  const CachedRun run = run_with_cache(model, tokens);
  at::Tensor sum = run.cache["hook_embed"];
  if (run.cache.has("hook_pos_embed")) sum = sum + run.cache["hook_pos_embed"];
  for (const std::string& name : run.cache.names()) {
    const bool is_part = name.find("hook_attn_out") != std::string::npos ||
                         name.find("hook_mlp_out") != std::string::npos;
    if (is_part) sum = sum + run.cache[name];
  }
  const std::string last =
      "blocks." + std::to_string(model.options().n_layers - 1) + ".hook_resid_post";
  EXPECT_LT(relative_error(sum, run.cache[last]), 1e-12);
}

TEST_P(EveryModel, PatchingEverythingAtTheEmbeddingGivesTheDonorsLogits) {
  const at::Tensor other = (tokens + 4).remainder(model.options().d_vocab);
  const CachedRun donor = run_with_cache(model, other, {"blocks.0.hook_resid_pre"});
  const at::Tensor patched = run_with_hooks(
      model, tokens, {{"blocks.0.hook_resid_pre", patch(donor.cache["blocks.0.hook_resid_pre"])}});
  EXPECT_LT(relative_error(patched, donor.logits), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

TEST(Transformer, CausalLogitsDoNotSeeLaterTokens) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat64);
  at::Tensor tokens = make_tokens(model.options(), 1, 6);
  const at::Tensor before = model.forward(tokens);
  tokens[0][5] = (tokens[0][5] + 1).remainder(11);
  const at::Tensor after = model.forward(tokens);
  EXPECT_TRUE(at::equal(before.narrow(1, 0, 5), after.narrow(1, 0, 5)));
  EXPECT_FALSE(at::equal(before, after));
}

TEST(Transformer, WrongTokensAreAnErrorSayingWhatIsExpected) {
  const Transformer model(small_options());
  EXPECT_THROW(model.forward(at::zeros({1, 9}, at::kLong)), Error);     // n_ctx is 8
  EXPECT_THROW(model.forward(at::full({1, 2}, 11, at::kLong)), Error);  // d_vocab is 11
  EXPECT_THROW(model.forward(at::full({1, 2}, -1, at::kLong)), Error);
  EXPECT_THROW(model.forward(at::zeros({1, 2}, at::kFloat)), Error);
}

TEST(Transformer, InitialisationHasTheDeviationOfGpt2ModeAndIsSeeded) {
  TransformerOptions options = small_options();
  options.d_model = 64;
  options.d_head = 32;
  Transformer first(options), second(options);
  first.initialize();
  second.initialize();
  EXPECT_TRUE(at::equal(first.parameters().values(), second.parameters().values()));
  const FlatParameters& parameters = first.parameters();
  const at::Tensor weight = parameters.view("blocks.0.attn.W_Q").of(parameters.values());
  EXPECT_NEAR(weight.std().item<float>(), 0.8 / 8, 0.005);
  EXPECT_EQ(parameters.view("blocks.0.attn.b_Q").of(parameters.values()).abs().max().item<float>(),
            0);
  EXPECT_EQ(parameters.view("ln_final.w").of(parameters.values()).min().item<float>(), 1);
}

TEST(FlatParameters, ShardsShareValuesAndHaveGradientsOfTheirOwn) {
  Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  const at::Tensor tokens = make_tokens(model.options(), 4, 5);
  Transformer shard = take_transformer(model.shard(), "a test");
  EXPECT_EQ(shard.parameters().values().data_ptr(), model.parameters().values().data_ptr());
  next_token_loss(shard.forward(tokens), tokens).sum().backward();
  EXPECT_EQ(model.parameters().gradients().abs().max().item<float>(), 0);
  EXPECT_GT(shard.parameters().gradients().abs().max().item<float>(), 0);
}

TEST(FlatParameters, CheckpointArraysRoundTrip) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  const auto arrays = to_arrays(model.parameters(), model.parameters().values());
  Transformer other(model.options());
  from_arrays(arrays, other.parameters(), other.parameters().values(), "test");
  EXPECT_TRUE(at::equal(model.parameters().values(), other.parameters().values()));
  auto missing = arrays;
  missing.pop_back();
  EXPECT_THROW(from_arrays(missing, other.parameters(), other.parameters().values(), "test"),
               Error);
  auto unknown = arrays;
  unknown.push_back({"blocks.9.attn.W_Q", {1}, {0}});
  EXPECT_THROW(from_arrays(unknown, other.parameters(), other.parameters().values(), "test"),
               Error);
}

}  // namespace
}  // namespace kairo
