// The fast model against its slow twin in plain loops, and both against arithmetic.
#include "core/model/transformer/reference.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/model/cached_run.h"
#include "core/model/loss.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

NumbersByName numbers_of(const Transformer& model) {
  NumbersByName numbers;
  for (const ParameterView& view : model.parameters().views()) {
    const at::Tensor values = view.of(model.parameters().values()).to(at::kDouble).contiguous();
    const double* first = values.data_ptr<double>();
    numbers[view.name].assign(first, first + values.numel());
  }
  return numbers;
}

std::vector<int64_t> row(const at::Tensor& tokens, int64_t which) {
  const at::Tensor one = tokens[which].contiguous();
  return {one.data_ptr<int64_t>(), one.data_ptr<int64_t>() + one.numel()};
}

class TwinTest : public testing::TestWithParam<MadeModel> {};

TEST_P(TwinTest, EveryActivationAgreesInDoubleAndInFloat) {
  const torch::NoGradGuard no_grad;
  for (const auto& [dtype, limit] :
       {std::pair(ModelDtype::kFloat64, 1e-12), std::pair(ModelDtype::kFloat32, 1e-5)}) {
    const Transformer model = make_model(GetParam(), dtype);
    for (const int64_t n_pos : {6, 1}) {
      const at::Tensor tokens = make_tokens(model.options(), 2, n_pos);
      const CachedRun run = run_with_cache(model, tokens, {"*", "*hook_result"});
      const ReferenceRun twin =
          reference_forward(model.options(), numbers_of(model), row(tokens, 1));
      EXPECT_EQ(run.cache.size(), twin.activations.size());
      for (const std::string& name : run.cache.names()) {
        const at::Tensor got = run.cache[name][1].reshape({-1});
        const at::Tensor expected = at::tensor(twin.activations.at(name), at::kDouble);
        EXPECT_LT(relative_error(got, expected), limit)
            << name << " with " << n_pos << " positions";
      }
    }
  }
}

TEST_P(TwinTest, ParameterGradientsMatchCentralDifferencesOfTheTwin) {
  Transformer model = make_model(GetParam(), ModelDtype::kFloat64);
  const at::Tensor tokens = make_tokens(model.options(), 1, 5);
  next_token_loss(model.forward(tokens), tokens).mean().backward();
  const NumbersByName parameters = numbers_of(model);
  const auto twin_loss = [&](const std::string& name, std::size_t index, double change) {
    NumbersByName changed = parameters;
    changed[name][index] += change;
    const ReferenceRun run = reference_forward(model.options(), changed, row(tokens, 0));
    return reference_loss(run, row(tokens, 0), model.options().d_vocab);
  };
  for (const ParameterView& view : model.parameters().views()) {
    const at::Tensor gradient = view.of(model.parameters().gradients()).contiguous();
    const std::size_t index = gradient.numel() * 2 / 3;
    const double slope =
        (twin_loss(view.name, index, 1e-5) - twin_loss(view.name, index, -1e-5)) / 2e-5;
    EXPECT_NEAR(gradient.view(-1)[index].item<double>(), slope, 1e-8) << view.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, TwinTest, testing::ValuesIn(made_models()),
                         [](const auto& info) { return info.param.name; });

// One token, no blocks' worth: with all weights zero the logits are b_U and the loss log of
// d_vocab.
TEST(Reference, ZeroWeightsGiveUniformPredictions) {
  const Transformer model(small_options());
  const ReferenceRun run = reference_forward(model.options(), numbers_of(model), {1, 2, 3});
  EXPECT_NEAR(reference_loss(run, {1, 2, 3}, 11), std::log(11.0), 1e-12);
}

}  // namespace
}  // namespace kairo
