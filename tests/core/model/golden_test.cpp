// Parity with TransformerLens (tests/golden/README.md). Limit 1e-5 relative in norm: float32
// rounding over a few layers is about 1e-6.
#include "tests/core/model/golden.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/model/cached_run.h"
#include "core/model/loss.h"

namespace kairo {
namespace {

constexpr double kFloat32Limit = 1e-5;

class GoldenTest : public testing::TestWithParam<std::string> {
 protected:
  GoldenTest() : golden(GetParam()), tokens(golden.integers("/tokens")) {}
  Golden golden;
  at::Tensor tokens;
};

TEST_P(GoldenTest, LogitsAndLossAreTransformerLenss) {
  const at::Tensor logits = golden.model.forward(tokens);
  EXPECT_LT(relative_error(logits, golden.floats("/logits")), kFloat32Limit);
  const at::Tensor loss = next_token_loss(logits, tokens);
  EXPECT_LT(relative_error(loss, golden.floats("/loss_per_token")), kFloat32Limit);
  EXPECT_LT(relative_error(loss.mean(), golden.floats("/loss")), kFloat32Limit);
}

TEST_P(GoldenTest, EveryActivationIsTransformerLenss) {
  const CachedRun run = run_with_cache(golden.model, tokens, {"*", "*hook_result"});
  const std::vector<std::string> names = golden.expected.children("/activations");
  EXPECT_EQ(names.size(), run.cache.size());
  for (const std::string& name : names) {
    const at::Tensor expected = golden.floats("/activations/" + name);
    EXPECT_LT(relative_error(run.cache[name], expected), kFloat32Limit) << name;
  }
}

TEST_P(GoldenTest, EveryGradientIsTransformerLenss) {
  ActivationCache gradients;
  Hooks hooks;
  for (const std::string& name : golden.expected.children("/gradients")) {
    cache_gradients_into(gradients, name, hooks);
  }
  next_token_loss(golden.model.forward(tokens, hooks), tokens).mean().backward();
  for (const std::string& name : golden.expected.children("/gradients")) {
    const at::Tensor expected = golden.floats("/gradients/" + name);
    EXPECT_LT(relative_error(gradients[name], expected), kFloat32Limit) << name;
  }
}

TEST_P(GoldenTest, EveryParameterGradientIsTransformerLenss) {
  next_token_loss(golden.model.forward(tokens), tokens).mean().backward();
  const FlatParameters& parameters = golden.model.parameters();
  for (const ParameterView& view : parameters.views()) {
    const at::Tensor got = view.of(parameters.gradients());
    const at::Tensor expected = golden.floats("/parameter_gradients/" + view.name);
    if (view.name.find("b_K") == std::string::npos) {
      EXPECT_LT(relative_error(got, expected), kFloat32Limit) << view.name;
      continue;
    }
    // Zero in exact arithmetic: softmax ignores a shift that all keys share. Judged by b_Q's size.
    std::string query = view.name;
    query.back() = 'Q';
    const double scale = golden.floats("/parameter_gradients/" + query).norm().item<double>();
    EXPECT_LT((got - expected).norm().item<double>(), kFloat32Limit * scale) << view.name;
  }
}

TEST_P(GoldenTest, LogitLensIsNormAndUnembeddingOfEachResidual) {
  const CachedRun run =
      run_with_cache(golden.model, tokens, {"*hook_resid_pre", "*hook_resid_post"});
  const at::Tensor expected = golden.floats("/logit_lens");
  const int64_t n_layers = golden.model.options().n_layers;
  for (int64_t layer = 0; layer <= n_layers; ++layer) {
    const std::string name = layer < n_layers
                                 ? "blocks." + std::to_string(layer) + ".hook_resid_pre"
                                 : "blocks." + std::to_string(n_layers - 1) + ".hook_resid_post";
    EXPECT_LT(relative_error(golden.model.unembed(run.cache[name]), expected[layer]),
              kFloat32Limit);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenTest, testing::ValuesIn(golden_cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace kairo
