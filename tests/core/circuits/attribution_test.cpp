// Logit attribution: against arithmetic, its sums to the logits, its direct path for neurons,
// TransformerLens, wrong requests.
#include "core/circuits/attribution.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/base/error.h"
#include "core/circuits/decomposition.h"
#include "core/circuits/neuron_results.h"
#include "core/model/cached_run.h"
#include "tests/core/circuits/worked_model.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

using Labels = std::vector<std::string>;

constexpr double kFloat64Limit = 1e-12;
constexpr double kFloat32Limit = 1e-5;

// Logit of 0 minus logit of 1 at the last position: embed 0 - 2, pos_embed 0.5 - 0,
// attn_out 0.25 - 2.25, mlp_out 6.5 - 0.5, b_U 0.125 - 0; their sum 2.625 = 7.375 - 4.75.
TEST(LogitAttrs, OfAModelWorkedOutByHand) {
  const Transformer model = worked_model();
  const CachedRun run = run_with_cache(model, token_ids({0, 1}).unsqueeze(0));
  DecomposeOptions last;
  last.positions = Positions::one(-1);
  LogitAttrOptions options;
  options.incorrect_tokens = token_ids({1});
  const Attribution attrs = logit_attrs(model, run.cache, decompose_resid(model, run.cache, last),
                                        token_ids({0}), options);
  EXPECT_EQ(attrs.labels, Labels({"embed", "pos_embed", "0_attn_out", "0_mlp_out", "unembed.b_U"}));
  EXPECT_TRUE(
      at::equal(attrs.values, at::tensor({-2.0, 0.5, -2.0, 6.0, 0.125}, at::kDouble).view({5, 1})));
}

class EveryAttribution : public testing::TestWithParam<MadeModel> {
 protected:
  EveryAttribution()
      : model(make_model(GetParam(), ModelDtype::kFloat64)),
        tokens(make_tokens(model.options(), 3, 7)),
        wrong((tokens + 4).remainder(model.options().d_vocab)),
        run(run_with_cache(model, tokens)) {}

  // Logit of each token at its place: [batch, pos].
  at::Tensor logits_of(const at::Tensor& ids) const {
    return run.logits.gather(-1, ids.unsqueeze(-1)).squeeze(-1);
  }

  Transformer model;
  at::Tensor tokens;
  at::Tensor wrong;
  CachedRun run;
};

TEST_P(EveryAttribution, SumsToTheLogitAndToTheDifference) {
  const ResidualStack stacks[] = {
      decompose_resid(model, run.cache),
      stack_head_results(model, run.cache, {-1, true, ApplyLn::kNo, {}}),
      get_full_resid_decomposition(model, run.cache)};
  LogitAttrOptions difference;
  difference.incorrect_tokens = wrong;
  for (const ResidualStack& stack : stacks) {
    const Attribution one = logit_attrs(model, run.cache, stack, tokens);
    EXPECT_LT(relative_error(one.values.sum(0), logits_of(tokens)), kFloat64Limit);
    const Attribution two = logit_attrs(model, run.cache, stack, tokens, difference);
    EXPECT_LT(relative_error(two.values.sum(0), logits_of(tokens) - logits_of(wrong)),
              kFloat64Limit);
    EXPECT_EQ(static_cast<int64_t>(two.labels.size()), two.values.size(0));
  }
}

// The long way round: parts through the norm, then times the direction.
TEST_P(EveryAttribution, IsTheNormedStackTimesTheDirection) {
  const at::Tensor direction = tokens_to_residual_directions(model, tokens, wrong);
  for (const bool exact : {true, false}) {
    DecomposeOptions parts;
    const ResidualStack stack = decompose_resid(model, run.cache, parts);
    parts.apply_ln = exact ? ApplyLn::kExact : ApplyLn::kScale;
    const ResidualStack normed = decompose_resid(model, run.cache, parts);
    const Attribution attrs = logit_attrs(model, run.cache, stack, tokens, {wrong, exact});
    const at::Tensor expected = (normed.values * direction).sum(-1);
    EXPECT_LT(relative_error(attrs.values.narrow(0, 0, expected.size(0)), expected), kFloat64Limit);
    EXPECT_EQ(attrs.values.size(0),
              expected.size(0) + (exact && model.options().unembed_bias ? 1 : 0));
  }
}

TEST_P(EveryAttribution, TokensMayBeOneForAllOnePerExampleOrOnePerPosition) {
  const ResidualStack stack = decompose_resid(model, run.cache);
  const auto attrs = [&](const at::Tensor& ids) {
    return logit_attrs(model, run.cache, stack, ids).values;
  };
  const at::Tensor per_example = token_ids({1, 4, 2});
  EXPECT_LT(relative_error(attrs(token_ids({4}).squeeze(0)), attrs(at::full({3, 7}, 4, at::kLong))),
            kFloat64Limit);
  EXPECT_LT(relative_error(attrs(per_example), attrs(per_example.unsqueeze(1).expand({3, 7}))),
            kFloat64Limit);
}

TEST_P(EveryAttribution, NeuronsDirectPathAgreesWithTheWholeStack) {
  if (model.options().attn_only) return;
  const at::Tensor last = tokens.select(1, -1);
  for (const ApplyLn apply_ln : {ApplyLn::kNo, ApplyLn::kScale, ApplyLn::kExact}) {
    for (int64_t layer = 0; layer <= model.options().n_layers; ++layer) {
      const NeuronStackOptions all{layer, {}, true, apply_ln, {}};
      const NeuronStackOptions some{layer, {2, 0}, true, apply_ln, Positions::one(-1)};
      for (const auto& [options, ids] : {std::pair(all, tokens), std::pair(some, last)}) {
        const at::Tensor direction = tokens_to_residual_directions(model, ids);
        const ResidualStack stack = stack_neuron_results(model, run.cache, options);
        const Attribution direct = stack_neuron_projections(model, run.cache, direction, options);
        EXPECT_EQ(direct.labels, stack.labels);
        EXPECT_LT(relative_error(direct.values, (stack.values * direction).sum(-1)), kFloat64Limit);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EveryAttribution, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

class GoldenAttribution : public testing::TestWithParam<std::string> {};

TEST_P(GoldenAttribution, WithoutGainAndConstantsIsTransformerLenssAndWithThemTheLogits) {
  const torch::NoGradGuard no_grad;
  const Golden golden(GetParam());
  const CachedRun run = run_with_cache(golden.model, golden.integers("/tokens"));
  DecomposeOptions last;
  last.positions = Positions::one(-1);
  const ResidualStack stack = decompose_resid(golden.model, run.cache, last);
  const at::Tensor answer = golden.integers("/answer_tokens");
  const at::Tensor wrong = golden.integers("/wrong_tokens");
  const Attribution attrs = logit_attrs(golden.model, run.cache, stack, answer, {wrong, false});
  // The golden's stack had been through apply_ln before logit_attrs, which applies it again: its
  // values are divided by the scale twice.
  const at::Tensor scale = run.cache["ln_final.hook_scale"].select(1, -1).squeeze(-1);
  const at::Tensor expected = golden.floats("/attribution/decompose_resid_logit_diff");
  EXPECT_LT(relative_error(attrs.values / scale, expected), kFloat32Limit);

  const Attribution exact = logit_attrs(golden.model, run.cache, stack, answer, {wrong, true});
  const at::Tensor logits = golden.floats("/logits").select(1, -1);
  const at::Tensor difference =
      logits.gather(1, answer.unsqueeze(1)) - logits.gather(1, wrong.unsqueeze(1));
  EXPECT_LT(relative_error(exact.values.sum(0), difference.squeeze(1)), kFloat32Limit);
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenAttribution, testing::ValuesIn(golden_cases()),
                         [](const auto& info) { return info.param; });

TEST(LogitAttrs, RefusesWhatDoesNotFit) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat64);
  const CachedRun run = run_with_cache(model, make_tokens(model.options(), 2, 5));
  const ResidualStack stack = decompose_resid(model, run.cache);
  const auto kind_of = [&](const ResidualStack& which, const at::Tensor& tokens,
                           const LogitAttrOptions& options) {
    try {
      logit_attrs(model, run.cache, which, tokens, options);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::kNumeric;
  };
  const at::Tensor fits = token_ids({1, 2});
  EXPECT_EQ(kind_of(stack, token_ids({1, 2, 3}), {}), ErrorKind::kShape);  // batch is 2
  EXPECT_EQ(kind_of(stack, token_ids({1, 11}), {}), ErrorKind::kShape);    // d_vocab is 11
  EXPECT_EQ(kind_of(stack, token_ids({-1, 1}), {}), ErrorKind::kShape);
  EXPECT_EQ(kind_of(stack, at::tensor({1.0, 2.0}), {}), ErrorKind::kShape);
  EXPECT_EQ(kind_of(stack, fits, {token_ids({1}), true}), ErrorKind::kShape);
  EXPECT_EQ(kind_of(apply_ln_to_stack(model, run.cache, stack), fits, {}), ErrorKind::kUsage);
}

}  // namespace
}  // namespace kairo
