#include "core/circuits/processing.h"

#include "core/model/cached_run.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/base/error.h"
#include "core/circuits/weight_views.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

ProcessingOptions everything_for(const TransformerOptions& words) {
  ProcessingOptions options;
  options.fold_ln = options.center_unembed = options.fold_value_biases = true;
  options.center_writing_weights = words.normalization_type != Normalization::kNone;
  return options;
}

double limit_of(const Transformer& model) {
  return model.options().dtype == ModelDtype::kFloat64 ? 1e-12 : 1e-5;
}

// Each choice alone, then all together.
void expect_the_same_function(const Transformer& model, const at::Tensor& tokens) {
  const torch::NoGradGuard no_grad;
  const at::Tensor before = model.forward(tokens);
  const double limit = limit_of(model);
  const auto logits = [&](auto choose) {
    ProcessingOptions options;
    choose(options);
    return process(model, options).forward(tokens);
  };
  const ProcessingOptions all = everything_for(model.options());
  EXPECT_LT(relative_error(logits([](ProcessingOptions& o) { o.fold_ln = true; }), before), limit);
  EXPECT_LT(
      relative_error(logits([](ProcessingOptions& o) { o.fold_value_biases = true; }), before),
      limit);
  if (all.center_writing_weights) {
    EXPECT_LT(relative_error(logits([](ProcessingOptions& o) { o.center_writing_weights = true; }),
                             before),
              limit);
  }
  const at::Tensor centred = before - before.mean(-1, true);
  EXPECT_LT(relative_error(logits([](ProcessingOptions& o) { o.center_unembed = true; }), centred),
            limit);
  const at::Tensor after = process(model, all).forward(tokens);
  EXPECT_LT(relative_error(after, centred), limit);
  EXPECT_LT(relative_error(after.log_softmax(-1), before.log_softmax(-1)), limit);
  EXPECT_GT(relative_error(after, before), 100 * limit);  // the shift is there
}

class ProcessedModels : public testing::TestWithParam<MadeModel> {};

TEST_P(ProcessedModels, ComputeTheSameInFloat64) {
  const Transformer model = make_model(GetParam(), ModelDtype::kFloat64);
  expect_the_same_function(model, make_tokens(model.options(), 3, 7));
}

TEST_P(ProcessedModels, ComputeTheSameInFloat32) {
  const Transformer model = make_model(GetParam(), ModelDtype::kFloat32);
  expect_the_same_function(model, make_tokens(model.options(), 3, 7));
}

TEST_P(ProcessedModels, HaveNoGainsMeansOrValueBiasesLeft) {
  const Transformer model = make_model(GetParam(), ModelDtype::kFloat64);
  const at::Tensor untouched = model.parameters().values().clone();
  const ProcessingOptions options = everything_for(model.options());
  const Transformer result = process(model, options);
  EXPECT_TRUE(at::equal(model.parameters().values(), untouched));
  EXPECT_NE(result.options().normalization_type, Normalization::kLN);
  for (const ParameterView& view : result.parameters().views()) {
    EXPECT_EQ(view.name.find(".ln"), std::string::npos) << view.name;
  }
  const auto largest = [&](const char* name, int64_t axis) {
    return weights(result, name).mean(axis).abs().max().item<double>();
  };
  EXPECT_EQ(weights(result, "b_V").abs().max().item<double>(), 0);
  EXPECT_LT(largest("W_U", -1), 1e-14);
  EXPECT_LT(largest("b_U", -1), 1e-14);
  if (!options.center_writing_weights) return;
  for (const char* name : {"W_E", "W_O", "b_O"}) EXPECT_LT(largest(name, -1), 1e-14) << name;
  Hooks hooks;
  hooks.observe("*hook_resid*", [](const at::Tensor& residual, const HookPoint& point) {
    EXPECT_LT(residual.mean(-1).abs().max().item<double>(), 1e-13) << point.name;
  });
  result.forward(make_tokens(result.options(), 2, 5), hooks);
}

INSTANTIATE_TEST_SUITE_P(Models, ProcessedModels, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

class ProcessedGoldens : public testing::TestWithParam<std::string> {};

TEST_P(ProcessedGoldens, ComputeTheSame) {
  const Golden golden(GetParam());
  expect_the_same_function(golden.model, golden.integers("/tokens"));
}

INSTANTIATE_TEST_SUITE_P(Cases, ProcessedGoldens, testing::ValuesIn(golden_cases()),
                         [](const auto& info) { return info.param; });

TEST(Process, FoldsAGainAndBiasAsTheFormulaSays) {
  // g = (2, 3), c = (1, -1), W = (5, 7), b = 1: W' = (10, 21) less its mean 15.5, and
  // b' = 1 + 1 * 5 - 1 * 7 = -1.
  TransformerOptions words = small_options();
  words.d_model = 2;
  words.d_vocab = 1;
  const Transformer model(words);
  const FlatParameters& parameters = model.parameters();
  const auto set = [&](const char* name, std::vector<float> values) {
    const ParameterView& view = parameters.view(name);
    view.of(parameters.values()).copy_(at::tensor(values).view(view.shape));
  };
  set("ln_final.w", {2, 3});
  set("ln_final.b", {1, -1});
  set("unembed.W_U", {5, 7});
  set("unembed.b_U", {1});
  ProcessingOptions options;
  options.fold_ln = true;
  const Transformer result = process(model, options);
  EXPECT_TRUE(at::equal(weights(result, "W_U").flatten(), at::tensor({-5.5F, 5.5F})));
  EXPECT_EQ(weights(result, "b_U").item<float>(), -1);
}

TEST(Process, WithNothingAskedForIsACopyOfItsOwn) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat32);
  const Transformer copy = process(model, {});
  EXPECT_TRUE(at::equal(copy.parameters().values(), model.parameters().values()));
  EXPECT_NE(copy.parameters().values().data_ptr(), model.parameters().values().data_ptr());
}

TEST(Process, CentringTheWritingWeightsWithoutANormIsAnError) {
  TransformerOptions words = small_options();
  words.normalization_type = Normalization::kNone;
  ProcessingOptions options;
  options.center_writing_weights = true;
  try {
    process(Transformer(words), options);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_NE(std::string(error.what()).find("normalization_type none"), std::string::npos);
  }
}

}  // namespace
}  // namespace kairo
