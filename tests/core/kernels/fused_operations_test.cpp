// Every fused operation in float32 against the same operation by plain ones in float64, forward and
// backward, over shapes with odd sizes, one row and one column; and with gradients added in place
// against those that autograd gets.
#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/utils.h>

#include "core/base/error.h"
#include "core/kernels/attention.h"
#include "core/kernels/cross_entropy.h"
#include "core/kernels/embedding.h"
#include "core/kernels/gelu.h"
#include "core/kernels/layer_norm.h"
#include "core/kernels/linear.h"
#include "tests/core/kernels/counted_memory.h"

namespace kairo {
namespace {

using Tensors = std::vector<at::Tensor>;

// An operation of inputs, the first `n_plain` of which are no weights.
struct Operation {
  std::string name;
  Tensors inputs;  // float64
  std::size_t n_plain;
  std::function<at::Tensor(const std::vector<Weight>&)> run;
  bool has_product = true;  // whose sums several threads may share
};

struct Outcome {
  at::Tensor value;
  Tensors gradients;
};

at::Tensor scalar_of(const at::Tensor& value) {
  const at::Tensor weights = (at::arange(value.numel(), at::kDouble) * 0.7 + 1).sin();
  return (value * weights.view(value.sizes()).to(value.scalar_type())).sum();
}

Outcome outcome_of(const Operation& operation, at::ScalarType dtype, bool in_place) {
  std::vector<Weight> weights;
  for (std::size_t i = 0; i < operation.inputs.size(); ++i) {
    Weight weight(operation.inputs[i].to(dtype).detach().clone().requires_grad_());
    if (in_place && i >= operation.n_plain) weight.gradient = at::ones_like(weight.value).detach();
    weights.push_back(weight);
  }
  const at::Tensor value = operation.run(weights);
  scalar_of(value).backward();
  Outcome outcome{value.detach(), {}};
  for (const Weight& weight : weights) {
    if (weight.gradient.defined()) {
      EXPECT_FALSE(weight.value.grad().defined());
      outcome.gradients.push_back(weight.gradient - 1);
    } else {
      outcome.gradients.push_back(weight.value.grad());
    }
  }
  return outcome;
}

// Relative, or absolute where the values themselves are below one: a loss over one token is zero.
double error_of(const at::Tensor& got, const at::Tensor& expected) {
  const double off = (got.to(at::kDouble) - expected).norm().item<double>();
  return off / std::max(1.0, expected.norm().item<double>());
}

at::Tensor drawn(std::vector<int64_t> sizes) { return at::randn(sizes, at::kDouble); }

struct OperationShape {
  int64_t batch, pos, in, out;
};

std::vector<Operation> operations(const OperationShape& s) {
  torch::manual_seed(s.batch * 1000 + s.in);
  const at::Tensor x = drawn({s.batch, s.pos, s.in}), onto = drawn({s.batch, s.pos, s.out}),
                   same = drawn({s.batch, s.pos, s.in}), w = drawn({s.in, s.out}),
                   b = drawn({s.out}), back = drawn({s.out, s.in}), gain = drawn({s.in}),
                   offset = drawn({s.in}), heads = drawn({s.batch, s.pos, 6, 5}),
                   queries = drawn({s.batch, s.pos, 3, 5});
  const at::Tensor visible = at::arange(1, s.pos + 1, at::kLong);
  const at::Tensor ids = at::randint(s.out, {s.batch, s.pos}, at::kLong);
  return {
      {"linear", {x, w, b}, 1, [](const auto& t) { return linear(t[0].value, t[1], t[2]); }},
      {"linear without bias",
       {x, w},
       1,
       [](const auto& t) { return linear(t[0].value, t[1], {}); }},
      {"linear with residual",
       {x, onto, w, b},
       2,
       [](const auto& t) { return linear(t[0].value, t[2], t[3], t[1].value); }},
      {"gelu_mlp",
       {x, same, w, b, back, offset},
       2,
       [](const auto& t) {
         return gelu_mlp(t[0].value, {t[2], t[3], t[4], t[5]}, t[1].value);
       }},
      {"gelu_mlp without residual, tanh form",
       {x, w, b, back, offset},
       1,
       [](const auto& t) {
         return gelu_mlp(t[0].value, {t[1], t[2], t[3], t[4]}, {}, GeluForm::kTanh);
       }},
      {"layer_norm",
       {x, gain, offset},
       1,
       [](const auto& t) { return layer_norm(t[0].value, t[1], t[2], 1e-5); },
       false},
      {"layer_norm without gain",
       {x},
       1,
       [](const auto& t) { return layer_norm(t[0].value, {}, {}, 1e-5); },
       false},
      {"unembed_loss",
       {x, w, b},
       1,
       [ids](const auto& t) { return unembed_loss(t[0].value, t[1], t[2], ids); }},
      {"unembed_loss of a weight turned over, without bias",
       {x, back},
       1,
       [ids](const auto& t) { return unembed_loss(t[0].value, t[1].transposed(), {}, ids); }},
      {"embed",
       {back, drawn({s.pos + 2, s.in})},
       0,
       [ids](const auto& t) { return embed(ids, t[0], t[1]); },
       false},
      {"embed without positions",
       {back},
       0,
       [ids](const auto& t) { return embed(ids, t[0], {}); },
       false},
      {"gelu", {x}, 1, [](const auto& t) { return kairo::gelu(t[0].value); }, false},
      {"packed_attention",
       {heads},
       1,
       [visible](const auto& t) { return packed_attention(t[0].value, visible); },
       false},
      {"row_attention",
       {queries, heads},
       2,
       [visible](const auto& t) { return row_attention(t[0].value, t[1].value, visible); },
       false},
  };
}

class FusedOperations : public testing::TestWithParam<OperationShape> {};

TEST_P(FusedOperations, EqualPlainOperationsForwardAndBackward) {
  for (const Operation& operation : operations(GetParam())) {
    const Outcome fast = outcome_of(operation, at::kFloat, false);
    const Outcome slow = outcome_of(operation, at::kDouble, false);
    EXPECT_LT(error_of(fast.value, slow.value), 2e-6) << operation.name;
    for (std::size_t i = 0; i < slow.gradients.size(); ++i) {
      EXPECT_LT(error_of(fast.gradients[i], slow.gradients[i]), 5e-6)
          << operation.name << ", input " << i;
    }
  }
}

TEST_P(FusedOperations, AddGradientsInPlaceAsAutogradGetsThem) {
  for (const Operation& operation : operations(GetParam())) {
    const Outcome in_place = outcome_of(operation, at::kFloat, true);
    const Outcome usual = outcome_of(operation, at::kFloat, false);
    for (std::size_t i = 0; i < usual.gradients.size(); ++i) {
      EXPECT_TRUE(at::allclose(in_place.gradients[i], usual.gradients[i], 1e-4, 1e-5))
          << operation.name << ", input " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, FusedOperations,
                         testing::Values(OperationShape{1, 1, 1, 1}, OperationShape{1, 1, 8, 16},
                                         OperationShape{2, 3, 5, 7}, OperationShape{3, 16, 32, 64},
                                         OperationShape{5, 27, 33, 130},
                                         OperationShape{2, 200, 20, 41}),
                         [](const auto& info) {
                           const OperationShape& s = info.param;
                           return std::to_string(s.batch) + "x" + std::to_string(s.pos) + "x" +
                                  std::to_string(s.in) + "x" + std::to_string(s.out);
                         });

TEST(FusedOperations, WithoutAProductAreEqualToTheBitForAnyNumberOfThreads) {
  const int before = at::get_num_threads();
  for (const Operation& operation : operations({4, 150, 33, 130})) {
    if (operation.has_product) continue;
    at::set_num_threads(1);
    const Outcome one = outcome_of(operation, at::kFloat, true);
    at::set_num_threads(3);
    const Outcome three = outcome_of(operation, at::kFloat, true);
    EXPECT_TRUE(at::equal(one.value, three.value)) << operation.name;
    for (std::size_t i = 0; i < one.gradients.size(); ++i) {
      EXPECT_TRUE(at::equal(one.gradients[i], three.gradients[i])) << operation.name << i;
    }
  }
  at::set_num_threads(before);
}

std::vector<Weight> constants(const Operation& operation) {
  std::vector<Weight> weights;
  for (const at::Tensor& input : operation.inputs) weights.push_back({input.to(at::kFloat)});
  return weights;
}

// Was: the MLP read saved tensors that it had not saved where the residual alone had a gradient.
TEST(FusedOperations, AnyInputAloneGetsItsGradientAndTheOthersNone) {
  for (const Operation& operation : operations({2, 3, 5, 7})) {
    const Outcome expected = outcome_of(operation, at::kDouble, false);
    for (std::size_t wanted = 0; wanted < operation.inputs.size(); ++wanted) {
      const std::vector<Weight> weights = constants(operation);
      weights[wanted].value.requires_grad_();
      scalar_of(operation.run(weights)).backward();
      EXPECT_LT(error_of(weights[wanted].value.grad(), expected.gradients[wanted]), 5e-6)
          << operation.name << ", input " << wanted;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        EXPECT_EQ(weights[i].value.grad().defined(), i == wanted) << operation.name << i;
      }
    }
  }
}

// Was: a bias asked for without its weight had no gradient.
TEST(FusedOperations, AnyOneGradientCanBeAskedForWhereAllInputsHaveOne) {
  for (const Operation& operation : operations({2, 3, 5, 7})) {
    const Outcome expected = outcome_of(operation, at::kDouble, false);
    for (std::size_t asked = 0; asked < operation.inputs.size(); ++asked) {
      const std::vector<Weight> weights = constants(operation);
      for (const Weight& weight : weights) weight.value.requires_grad_();
      const at::Tensor gradient =
          torch::autograd::grad({scalar_of(operation.run(weights))}, {weights[asked].value})[0];
      EXPECT_LT(error_of(gradient, expected.gradients[asked]), 5e-6)
          << operation.name << ", input " << asked;
    }
  }
}

// Was: weights that could be learned made a pass keep what no backward would read.
TEST(FusedOperations, WithGradientsSwitchedOffNothingIsKeptForBackward) {
  const auto bytes_of = [](const Operation& operation, bool inputs_want_gradients, bool graph) {
    const std::vector<Weight> weights = constants(operation);
    for (const Weight& weight : weights) weight.value.requires_grad_(inputs_want_gradients);
    const torch::AutoGradMode mode(graph);
    const CountedMemory memory;
    operation.run(weights);
    return memory.bytes();
  };
  for (const Operation& operation : operations({4, 16, 32, 64})) {
    EXPECT_EQ(bytes_of(operation, true, false), bytes_of(operation, false, false))
        << operation.name;
    const bool keeps_more = operation.name.find("gelu") != std::string::npos ||
                            operation.name.find("attention") != std::string::npos;
    EXPECT_EQ(bytes_of(operation, true, true) > bytes_of(operation, true, false), keeps_more)
        << operation.name;
  }
}

TEST(FusedOperations, RefuseASecondDerivative) {
  for (const Operation& operation : operations({2, 3, 5, 7})) {
    std::vector<Weight> weights;
    for (const at::Tensor& input : operation.inputs) {
      weights.push_back({input.to(at::kFloat).requires_grad_()});
    }
    const at::Tensor loss = scalar_of(operation.run(weights));
    EXPECT_THROW(torch::autograd::grad({loss}, {weights[0].value}, {}, true, /*create_graph=*/true),
                 Error)
        << operation.name;
  }
}

TEST(UnembedLoss, OfEqualLogitsIsTheLogarithmOfTheirNumber) {
  const at::Tensor loss = unembed_loss(at::zeros({1, 2}), at::ones({2, 36}), at::zeros({36}),
                                       at::tensor({7}, at::kLong));
  EXPECT_NEAR(loss.item<double>(), std::log(36.0), 1e-6);
}

TEST(UnembedLoss, LargeLogitsDoNotOverflowAndNaNsAreNotLost) {
  const at::Tensor weight = at::ones({1, 2}), bias = at::tensor({0.0F, 5.0F});
  const auto loss_of = [&](float x) {
    return unembed_loss(at::full({1, 1}, x), weight, bias, at::tensor({0}, at::kLong))
        .item<double>();
  };
  EXPECT_NEAR(loss_of(1e4F), std::log1p(std::exp(5.0)), 1e-2);
  EXPECT_TRUE(std::isnan(loss_of(std::numeric_limits<float>::quiet_NaN())));
}

TEST(UnembedLoss, ALabelOutsideOfTheVocabularyIsRefused) {
  for (const int64_t label : {-1, 3}) {
    EXPECT_THROW(unembed_loss(at::zeros({1, 2}), at::ones({2, 3}), at::zeros({3}),
                              at::tensor({label}, at::kLong)),
                 Error);
  }
}

TEST(Linear, AResidualThatDoesNotFitIsRefused) {
  EXPECT_THROW(linear(at::ones({2, 3}), at::ones({3, 4}), {}, at::ones({2, 3})), Error);
}

}  // namespace
}  // namespace kairo
