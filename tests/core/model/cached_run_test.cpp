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

class CachedRunOf : public testing::TestWithParam<MadeModel> {
 protected:
  CachedRunOf()
      : model(make_model(GetParam(), ModelDtype::kFloat64)),
        tokens(make_tokens(model.options(), 3, 6)) {}
  Transformer model;
  at::Tensor tokens;
};

TEST_P(CachedRunOf, KeepsTheChosenPositionsOfEveryPoint) {
  const CachedRun whole = run_with_cache(model, tokens, {"*", "*hook_result"});
  CacheOptions options;
  options.patterns = {"*", "*hook_result"};
  options.part.positions = {4, -6};
  const CachedRun part = run_with_cache(model, tokens, options);
  ASSERT_EQ(part.cache.names(), whole.cache.names());
  const at::Tensor rows = at::tensor({4, 0});
  for (const std::string& name : whole.cache.names()) {
    const bool is_square = name.find("hook_attn_scores") != std::string::npos ||
                           name.find("hook_pattern") != std::string::npos;
    const at::Tensor expected = whole.cache[name].index_select(is_square ? 2 : 1, rows);
    EXPECT_TRUE(at::equal(part.cache[name], expected)) << name;
  }
}

TEST_P(CachedRunOf, TakesTheBytesThatWereForetold) {
  for (const std::vector<int64_t>& positions : {std::vector<int64_t>{}, std::vector<int64_t>{2}}) {
    CacheOptions options;
    options.patterns = {"*", "*hook_result", "*.hook_q"};
    options.part.positions = positions;
    const std::size_t foretold = cache_bytes(model, 3, 6, options);
    EXPECT_EQ(run_with_cache(model, tokens, options).cache.bytes(), foretold);
    options.loss = [](const at::Tensor& logits) { return logits.sum(); };
    const CachedRun run = run_with_cache(model, tokens, options);
    EXPECT_EQ(run.cache.bytes() + run.gradients.bytes(), cache_bytes(model, 3, 6, options));
  }
}

TEST_P(CachedRunOf, GradientsAreThoseOfPlainHooks) {
  const auto loss = [&](const at::Tensor& logits) {
    return next_token_loss(logits, tokens).mean();
  };
  CacheOptions options;
  options.loss = loss;
  const CachedRun run = run_with_cache(model, tokens, options);
  ActivationCache expected;
  Hooks hooks;
  cache_gradients_into(expected, "*", hooks);
  loss(model.forward(tokens, hooks)).backward();
  ASSERT_EQ(run.gradients.size(), expected.size());
  for (const std::string& name : expected.names()) {
    EXPECT_LT(relative_error(run.gradients[name], expected[name]), 1e-12) << name;
    EXPECT_FALSE(run.cache[name].requires_grad()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, CachedRunOf, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

class CachedRunOptions : public testing::Test {
 protected:
  Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  at::Tensor one = make_tokens(model.options(), 1, 5);
};

TEST_F(CachedRunOptions, TheBatchAxisIsLeftOutOfASingleExample) {
  CacheOptions options;
  options.part.remove_batch_dim = true;
  const CachedRun run = run_with_cache(model, one, options);
  EXPECT_EQ(run.cache["blocks.0.attn.hook_pattern"].sizes(), (std::vector<int64_t>{2, 5, 5}));
  EXPECT_THROW(run_with_cache(model, make_tokens(model.options(), 2, 5), options), Error);
}

TEST_F(CachedRunOptions, ABudgetTooSmallIsAnErrorThatSaysHowMuchIsNeeded) {
  CacheOptions options;
  options.budget_bytes = 1000;
  const std::string needed = std::to_string(cache_bytes(model, 1, 5, options));
  try {
    run_with_cache(model, one, options);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_NE(std::string(error.what()).find(needed), std::string::npos) << error.what();
  }
  options.budget_bytes = cache_bytes(model, 1, 5, options);
  EXPECT_NO_THROW(run_with_cache(model, one, options));
}

TEST_F(CachedRunOptions, APositionOutOfRangeIsAnErrorNamingThePoint) {
  CacheOptions options;
  options.part.positions = {5};
  EXPECT_THROW(run_with_cache(model, one, options), Error);
}

TEST_F(CachedRunOptions, FurtherHooksActBeforeTheCacheSees) {
  CacheOptions options;
  options.hooks.edit("blocks.1.hook_resid_pre", zero_ablation());
  const CachedRun run = run_with_cache(model, one, options);
  EXPECT_EQ(run.cache["blocks.1.hook_resid_pre"].abs().max().item<float>(), 0);
}

TEST_F(CachedRunOptions, GradientEditsOfRunWithHooksReachTheWeights) {
  model.parameters().zero_gradients();
  const auto loss = [](const at::Tensor& logits) { return logits.pow(2).sum(); };
  run_with_hooks(model, one, {}, {{"blocks.1.hook_resid_pre", zero_ablation()}}, loss);
  const FlatParameters& parameters = model.parameters();
  const auto gradient = [&](const char* name) {
    return parameters.view(name).of(parameters.gradients()).abs().max().item<float>();
  };
  EXPECT_EQ(gradient("blocks.0.mlp.W_in"), 0);
  EXPECT_GT(gradient("blocks.1.mlp.W_in"), 0);
}

}  // namespace
}  // namespace kairo
