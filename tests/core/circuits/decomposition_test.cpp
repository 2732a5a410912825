// The residual stream's parts: against arithmetic, their sums, TransformerLens, wrong requests.
#include "core/circuits/decomposition.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/base/error.h"
#include "core/circuits/neuron_results.h"
#include "core/model/cached_run.h"
#include "tests/core/circuits/worked_model.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

using Labels = std::vector<std::string>;

constexpr double kPartsFloat64Limit = 1e-12;
constexpr double kPartsFloat32Limit = 1e-5;

// What the block `layer` (or ln_final) reads, before its norm and after.
std::string residual_name(const TransformerOptions& options, int64_t layer, bool mlp_input) {
  if (layer == options.n_layers) {
    return "blocks." + std::to_string(layer - 1) + ".hook_resid_post";
  }
  const bool mid = mlp_input && !options.parallel_attn_mlp;
  return "blocks." + std::to_string(layer) + (mid ? ".hook_resid_mid" : ".hook_resid_pre");
}

std::string norm_name(const TransformerOptions& options, int64_t layer, bool mlp_input) {
  if (layer == options.n_layers) return "ln_final";
  return "blocks." + std::to_string(layer) + (mlp_input ? ".ln2" : ".ln1");
}

TEST(Decomposition, OfAModelWorkedOutByHand) {
  const CachedRun run = run_with_cache(worked_model(), token_ids({0, 1}).unsqueeze(0));
  DecomposeOptions options;
  options.positions = Positions::one(-1);
  const ResidualStack parts = decompose_resid(worked_model(), run.cache, options);
  EXPECT_EQ(parts.labels, Labels({"embed", "pos_embed", "0_attn_out", "0_mlp_out"}));
  const at::Tensor expected =
      at::tensor({0.0, 2.0, 0.5, 0.0, 0.25, 2.25, 6.5, 0.5}, at::kDouble).view({4, 1, 2});
  EXPECT_TRUE(at::equal(parts.values, expected));

  FullDecompositionOptions full;
  full.positions = Positions::one(1);
  const ResidualStack all = get_full_resid_decomposition(worked_model(), run.cache, full);
  EXPECT_EQ(all.labels, Labels({"L0H0", "L0N0", "embed", "pos_embed", "bias"}));
  const at::Tensor finer =
      at::tensor({0.0, 2.25, 6.5, 0.0, 0.0, 2.0, 0.5, 0.0, 0.25, 0.5}, at::kDouble).view({5, 1, 2});
  EXPECT_TRUE(at::equal(all.values, finer));
}

// Parts (3, 1) and (1, -1): the sum (4, 0) has mean 2, deviation 2. With w = (2, 1) and
// b = (0.5, 0): norm = ((2, -2)/2) w + b = (2.5, -1), to which each part gives ((1, -1)/2) w.
TEST(ApplyLnToStack, GivesEachPartItsShareOfTheNorm) {
  TransformerOptions options = small_options();
  options.d_model = 2;
  options.dtype = ModelDtype::kFloat64;
  Transformer model(options);
  const torch::NoGradGuard no_grad;
  const auto norm = [&](const std::string& name) {
    return model.parameters().view(name).of(model.parameters().values());
  };
  norm("ln_final.w").copy_(at::tensor({2.0, 1.0}, at::kDouble));
  norm("ln_final.b").copy_(at::tensor({0.5, 0.0}, at::kDouble));
  ActivationCache cache;
  cache.set("ln_final.hook_scale", at::full({1, 1, 1}, 2.0, at::kDouble));
  ResidualStack stack;
  stack.labels = {"x", "y"};
  stack.values = at::tensor({3.0, 1.0, 1.0, -1.0}, at::kDouble).view({2, 1, 1, 2});

  const ResidualStack exact = apply_ln_to_stack(model, cache, stack);
  EXPECT_EQ(exact.labels, Labels({"x", "y", "ln_final.b"}));
  const at::Tensor shares = at::tensor({1.0, -0.5, 1.0, -0.5, 0.5, 0.0}, at::kDouble);
  EXPECT_TRUE(at::equal(exact.values, shares.view({3, 1, 1, 2})));

  const ResidualStack scaled = apply_ln_to_stack(model, cache, stack, {-1, false, ApplyLn::kScale});
  EXPECT_EQ(scaled.labels, stack.labels);
  EXPECT_TRUE(
      at::equal(scaled.values, at::tensor({0.5, -0.5, 0.5, -0.5}, at::kDouble).view({2, 1, 1, 2})));
}

class EveryDecomposition : public testing::TestWithParam<MadeModel> {
 protected:
  EveryDecomposition()
      : model(make_model(GetParam(), ModelDtype::kFloat64)),
        run(run_with_cache(model, make_tokens(model.options(), 3, 7))) {}

  const TransformerOptions& words() const { return model.options(); }

  // Every read point of the model: (layer, mlp_input).
  std::vector<std::pair<int64_t, bool>> read_points() const {
    std::vector<std::pair<int64_t, bool>> points = {{-1, false}};
    for (int64_t layer = 0; layer <= words().n_layers; ++layer) {
      points.emplace_back(layer, false);
      if (!words().attn_only && layer < words().n_layers) points.emplace_back(layer, true);
    }
    return points;
  }

  // hook_normalized is before w and b, which kExact has and kScale has not.
  void expect_sum(const ResidualStack& stack, int64_t layer, bool mlp_input) const {
    const int64_t at = layer < 0 ? words().n_layers : layer;
    const std::string norm = norm_name(words(), at, mlp_input);
    const bool normed = stack.apply_ln != ApplyLn::kNo && has_norm();
    at::Tensor expected =
        run.cache[normed ? norm + ".hook_normalized" : residual_name(words(), at, mlp_input)];
    const bool with_gain = words().normalization_type == Normalization::kLN;
    if (stack.apply_ln == ApplyLn::kExact && with_gain) {
      const FlatParameters& parameters = model.parameters();
      expected = expected * parameters.leaf(norm + ".w") + parameters.leaf(norm + ".b");
    }
    EXPECT_LT(relative_error(stack.values.sum(0), expected), kPartsFloat64Limit) << norm;
    EXPECT_EQ(static_cast<int64_t>(stack.labels.size()), stack.values.size(0));
  }

  bool has_norm() const { return words().normalization_type != Normalization::kNone; }

  Transformer model;
  CachedRun run;
};

TEST_P(EveryDecomposition, SumsToTheResidualAndThroughTheNormToWhatItGives) {
  for (const ApplyLn apply_ln : {ApplyLn::kNo, ApplyLn::kScale, ApplyLn::kExact}) {
    for (const auto& [layer, mlp_input] : read_points()) {
      DecomposeOptions parts;
      parts.layer = layer;
      parts.mlp_input = mlp_input;
      parts.apply_ln = apply_ln;
      expect_sum(decompose_resid(model, run.cache, parts), layer, mlp_input);
      for (const bool expand_neurons : {false, true}) {
        const FullDecompositionOptions full{layer, mlp_input, expand_neurons, apply_ln, {}};
        expect_sum(get_full_resid_decomposition(model, run.cache, full), layer, mlp_input);
      }
      if (mlp_input) continue;
      expect_sum(stack_head_results(model, run.cache, {layer, true, apply_ln, {}}), layer, false);
      if (words().attn_only) continue;
      const NeuronStackOptions neurons{layer, {2, 0}, true, apply_ln, {}};
      expect_sum(stack_neuron_results(model, run.cache, neurons), layer, false);
    }
  }
}

TEST_P(EveryDecomposition, LastAccumulatedStateThroughTheNormIsWhatTheNormGave) {
  for (const auto& [layer, mlp_input] : read_points()) {
    AccumulatedOptions options;
    options.layer = layer;
    options.mlp_input = mlp_input;
    const ResidualStack states = accumulated_resid(model, run.cache, options);
    options.apply_ln = true;
    const ResidualStack normed = accumulated_resid(model, run.cache, options);
    EXPECT_EQ(states.labels, normed.labels);
    ResidualStack last = states, last_normed = normed;
    last.values = states.values.narrow(0, -1, 1);
    last_normed.values = normed.values.narrow(0, -1, 1);
    last.labels = last_normed.labels = {states.labels.back()};
    expect_sum(last, layer, mlp_input);
    expect_sum(last_normed, layer, mlp_input);
  }
}

TEST_P(EveryDecomposition, HeadsFromZAreThoseOfHookResult) {
  ActivationCache results;
  Hooks hooks;
  cache_into(results, "*hook_result", hooks);
  model.forward(make_tokens(words(), 3, 7), hooks);
  const ResidualStack from_z = stack_head_results(model, run.cache);
  const ResidualStack cached = stack_head_results(model, results);
  EXPECT_EQ(from_z.labels, cached.labels);
  EXPECT_LT(relative_error(from_z.values, cached.values), kPartsFloat64Limit);
}

// The axes of batch and position are those of the cached tensors, not of the tokens.
TEST_P(EveryDecomposition, WorksOnSomePositionsAndWithoutABatchAxis) {
  CacheOptions some, single;
  some.part.positions = {4, -7};
  single.part.remove_batch_dim = true;
  const at::Tensor tokens = make_tokens(words(), 3, 7);
  const ActivationCache at_some = run_with_cache(model, tokens, some).cache;
  const ActivationCache second = run_with_cache(model, tokens.narrow(0, 1, 1), single).cache;
  const auto full = [&](const ActivationCache& cache, const Positions& positions) {
    return get_full_resid_decomposition(model, cache,
                                        {-1, false, true, ApplyLn::kExact, positions});
  };
  const at::Tensor all = full(run.cache, {}).values;
  const auto expect_same = [&](const at::Tensor& got, const at::Tensor& expected) {
    EXPECT_LT(relative_error(got, expected), kPartsFloat64Limit);
  };
  expect_same(full(run.cache, Positions::one(-2)).values, all.select(2, 5));
  expect_same(full(run.cache, Positions::of({4, -7})).values,
              all.index_select(2, token_ids({4, 0})));
  expect_same(full(at_some, {}).values, all.index_select(2, token_ids({4, 0})));
  expect_same(full(at_some, Positions::one(1)).values, all.select(2, 0));
  expect_same(full(second, {}).values, all.select(1, 1));
  expect_same(full(second, Positions::one(3)).values, all.select(1, 1).select(1, 3));
}

INSTANTIATE_TEST_SUITE_P(Models, EveryDecomposition, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

TEST(Decomposition, LabelsAreTransformerLenss) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat64);
  const ActivationCache cache = run_with_cache(model, make_tokens(model.options(), 1, 3)).cache;
  AccumulatedOptions accumulated;
  accumulated.incl_mid = true;
  EXPECT_EQ(accumulated_resid(model, cache, accumulated).labels,
            Labels({"0_pre", "0_mid", "1_pre", "1_mid", "final_post"}));
  accumulated.layer = 1;
  accumulated.mlp_input = true;
  EXPECT_EQ(accumulated_resid(model, cache, accumulated).labels,
            Labels({"0_pre", "0_mid", "1_pre", "1_mid"}));
  DecomposeOptions parts;
  parts.incl_embeds = false;
  parts.mode = DecomposeMode::kAttn;
  EXPECT_EQ(decompose_resid(model, cache, parts).labels, Labels({"0_attn_out", "1_attn_out"}));
  parts.mode = DecomposeMode::kMlp;
  EXPECT_EQ(decompose_resid(model, cache, parts).labels, Labels({"0_mlp_out", "1_mlp_out"}));
  EXPECT_EQ(stack_head_results(model, cache, {1, true, ApplyLn::kExact, {}}).labels,
            Labels({"L0H0", "L0H1", "remainder", "blocks.1.ln1.b"}));
  EXPECT_EQ(stack_neuron_results(model, cache, {-1, {3, 1}, false, ApplyLn::kNo, {}}).labels,
            Labels({"L0N3", "L0N1", "L1N3", "L1N1"}));
}

class GoldenDecomposition : public testing::TestWithParam<std::string> {
 protected:
  GoldenDecomposition() : golden(GetParam()) {
    const torch::NoGradGuard no_grad;
    cache = run_with_cache(golden.model, golden.integers("/tokens")).cache;
  }

  void expect_golden(const ResidualStack& stack, const std::string& name) {
    const torch::NoGradGuard no_grad;
    const at::Tensor expected = golden.floats("/attribution/" + name);
    EXPECT_LT(relative_error(stack.values, expected), kPartsFloat32Limit) << name;
  }

  Golden golden;
  ActivationCache cache;
};

TEST_P(GoldenDecomposition, IsTransformerLenss) {
  const Positions last = Positions::one(-1);
  DecomposeOptions parts;
  parts.positions = last;
  expect_golden(decompose_resid(golden.model, cache, parts), "decompose_resid");
  AccumulatedOptions states;
  states.positions = last;
  expect_golden(accumulated_resid(golden.model, cache, states), "accumulated_resid");
  expect_golden(stack_head_results(golden.model, cache, {-1, false, ApplyLn::kNo, last}),
                "stack_head_results");
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenDecomposition, testing::ValuesIn(golden_cases()),
                         [](const auto& info) { return info.param; });

// The error that `request` throws; kNumeric with an empty text where it throws none.
template <typename Request>
Error error_of(const Request& request) {
  try {
    request();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return Error(ErrorKind::kNumeric).fact("");
}

class WrongDecomposition : public testing::Test {
 protected:
  WrongDecomposition()
      : model(make_model(made_models()[0], ModelDtype::kFloat64)),
        cache(run_with_cache(model, make_tokens(model.options(), 2, 5)).cache) {}
  Transformer model;
  ActivationCache cache;
};

TEST_F(WrongDecomposition, MissingActivationIsNamedWithThePatternThatCachesIt) {
  ActivationCache little;
  little.set("blocks.0.attn.hook_z", cache["blocks.0.attn.hook_z"]);
  const Error error = error_of([&] { stack_head_results(model, little); });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(std::string(error.what()),
            "stack_head_results: the cache has no 'blocks.1.attn.hook_z' "
            "(cache it: run_with_cache(model, tokens, {\"blocks.*.attn.hook_z\", ...}))");
  const auto scaled = [&] { stack_head_results(model, little, {1, false, ApplyLn::kExact, {}}); };
  EXPECT_NE(std::string(error_of(scaled).what()).find("'blocks.1.ln1.hook_scale'"),
            std::string::npos);
}

TEST_F(WrongDecomposition, LayersThatAreNotThereAreUsage) {
  for (const int64_t layer : {-2, 3}) {
    DecomposeOptions options;
    options.layer = layer;
    EXPECT_EQ(error_of([&] { decompose_resid(model, cache, options); }).kind(), ErrorKind::kUsage);
  }
  DecomposeOptions after_the_end;
  after_the_end.mlp_input = true;
  EXPECT_EQ(error_of([&] { decompose_resid(model, cache, after_the_end); }).kind(),
            ErrorKind::kUsage);
  EXPECT_EQ(error_of([&] {
              stack_head_results(model, cache, {0, false, ApplyLn::kNo, {}});
            }).kind(),
            ErrorKind::kUsage);
}

TEST_F(WrongDecomposition, PositionsAndNeuronsOutOfRangeAreShape) {
  for (const int64_t pos : {-6, 5}) {
    for (const Positions& positions : {Positions::one(pos), Positions::of({0, pos})}) {
      const HeadStackOptions options{-1, false, ApplyLn::kNo, positions};
      EXPECT_EQ(error_of([&] { stack_head_results(model, cache, options); }).kind(),
                ErrorKind::kShape);
    }
  }
  for (const int64_t neuron : {-1, 20}) {
    const NeuronStackOptions options{-1, {neuron}, false, ApplyLn::kNo, {}};
    EXPECT_EQ(error_of([&] { stack_neuron_results(model, cache, options); }).kind(),
              ErrorKind::kShape);
  }
}

TEST_F(WrongDecomposition, APartThatTheModelLacksIsUsage) {
  const Transformer attn_only = make_model(made_models()[3], ModelDtype::kFloat64);
  const ActivationCache its =
      run_with_cache(attn_only, make_tokens(attn_only.options(), 1, 3)).cache;
  AccumulatedOptions mid;
  mid.incl_mid = true;
  EXPECT_EQ(error_of([&] { accumulated_resid(attn_only, its, mid); }).kind(), ErrorKind::kUsage);
  EXPECT_EQ(error_of([&] { stack_neuron_results(attn_only, its); }).kind(), ErrorKind::kUsage);
  DecomposeOptions mlp_input;
  mlp_input.layer = 0;
  mlp_input.mlp_input = true;
  EXPECT_EQ(error_of([&] { decompose_resid(attn_only, its, mlp_input); }).kind(),
            ErrorKind::kUsage);
}

TEST_F(WrongDecomposition, ASecondNormOrTheScaleOfAnotherRunIsRefused) {
  const ResidualStack normed = stack_head_results(model, cache, {-1, false, ApplyLn::kExact, {}});
  EXPECT_EQ(error_of([&] { apply_ln_to_stack(model, cache, normed); }).kind(), ErrorKind::kUsage);
  const ResidualStack stack = stack_head_results(model, cache);
  ActivationCache other = run_with_cache(model, make_tokens(model.options(), 2, 4)).cache;
  EXPECT_EQ(error_of([&] { apply_ln_to_stack(model, other, stack); }).kind(), ErrorKind::kShape);
}

}  // namespace
}  // namespace kairo
