// The attention kernel against plain operations in float64.
#include "core/kernels/attention.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "core/base/error.h"

namespace kairo {
namespace {

struct Shape {
  int64_t batch, pos, heads, d_head;
};

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  return out << shape.batch << "x" << shape.pos << "x" << shape.heads << "x" << shape.d_head;
}

at::Tensor made(std::vector<int64_t> sizes, double shift) {
  int64_t n = 1;
  for (const int64_t size : sizes) n *= size;
  return (at::arange(n, at::kDouble) * 0.7 + shift).sin().view(sizes) * 2;
}

double relative_error(const at::Tensor& got, const at::Tensor& expected) {
  return ((got.to(at::kDouble) - expected).norm() / (expected.norm() + 1e-30)).item<double>();
}

struct Result {
  at::Tensor z;
  std::vector<at::Tensor> gradients;
};

// z and the gradients of a fixed scalar of it.
template <typename Run>
Result run_with(at::ScalarType dtype, std::vector<at::Tensor> inputs, Run run) {
  for (at::Tensor& input : inputs) input = input.to(dtype).detach().requires_grad_();
  const at::Tensor z = run(inputs);
  (z * made(z.sizes().vec(), 3).to(dtype)).sum().backward();
  Result result{z.detach(), {}};
  for (const at::Tensor& input : inputs) result.gradients.push_back(input.grad());
  return result;
}

// The example of attention_heads.h: two positions, of which the second sees both.
TEST(AttentionExample, IsWorkedByHand) {
  const double log3 = std::log(3.0);
  const at::Tensor packed =  // [1, pos, q k v, 1]
      at::tensor({0.0, 0.0, 0.0, 1.0, log3, 4.0}, at::kDouble).view({1, 2, 3, 1});
  const at::Tensor visible = at::arange(1, 3, at::kLong);
  const at::Tensor input = packed.to(at::kFloat).requires_grad_();
  const at::Tensor z = packed_attention(input, visible);
  z.select(1, 1).sum().backward();
  const at::Tensor expected =
      at::tensor({0.0, -0.75, 0.25, 0.75 * log3, 0.75, 0.75}, at::kDouble).view({1, 2, 3, 1});
  EXPECT_NEAR(z[0][1][0][0].item<double>(), 3, 1e-6);
  EXPECT_LT(relative_error(input.grad(), expected), 1e-6);
}

class Attention : public testing::TestWithParam<Shape> {
 protected:
  at::Tensor causal() const { return at::arange(1, GetParam().pos + 1, at::kLong); }

  template <typename Run>
  static void expect_equal(const std::vector<at::Tensor>& inputs, Run run) {
    const Result fast = run_with(at::kFloat, inputs, run);
    const Result slow = run_with(at::kDouble, inputs, run);
    EXPECT_LT(relative_error(fast.z, slow.z), 1e-6);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      EXPECT_LT(relative_error(fast.gradients[i], slow.gradients[i]), 5e-6) << i;
    }
  }
};

TEST_P(Attention, PackedEqualsPlainOperationsForwardAndBackward) {
  const auto [batch, pos, heads, d_head] = GetParam();
  for (const at::Tensor& visible : {causal(), at::full({pos}, pos, at::kLong)}) {
    expect_equal({made({batch, pos, 3 * heads, d_head}, 0)},
                 [&](const std::vector<at::Tensor>& x) { return packed_attention(x[0], visible); });
  }
}

TEST_P(Attention, OfSomeRowsEqualsPlainOperationsForwardAndBackward) {
  const auto [batch, pos, heads, d_head] = GetParam();
  const at::Tensor rows = at::arange(pos / 2, pos, at::kLong);
  expect_equal(
      {made({batch, rows.size(0), heads, d_head}, 0), made({batch, pos, 2 * heads, d_head}, 1)},
      [&](const std::vector<at::Tensor>& x) { return row_attention(x[0], x[1], rows + 1); });
}

INSTANTIATE_TEST_SUITE_P(Shapes, Attention,
                         testing::Values(Shape{1, 1, 1, 1}, Shape{2, 5, 1, 3}, Shape{3, 16, 4, 32},
                                         Shape{1, 33, 2, 17}, Shape{2, 70, 3, 20},
                                         Shape{1, 300, 2, 64}));

TEST(AttentionByHand, TwoKeysOfEqualScoreAreAveraged) {
  // q is zero: all scores are 0, so that row i is the mean of the first i + 1 values.
  at::Tensor packed = at::zeros({1, 3, 3, 2});
  packed.select(2, 2).copy_(at::tensor({1.0F, 0.0F, 3.0F, 2.0F, 8.0F, 4.0F}).view({1, 3, 2}));
  const at::Tensor z = packed_attention(packed, at::tensor({1, 2, 3}, at::kLong)).view({3, 2});
  EXPECT_TRUE(at::allclose(z, at::tensor({1.0F, 0.0F, 2.0F, 1.0F, 4.0F, 2.0F}).view({3, 2})));
}

TEST(AttentionByHand, AHiddenKeyHasNoInfluenceToTheBit) {
  at::Tensor packed = made({1, 6, 3, 5}, 0).to(at::kFloat);
  const at::Tensor visible = at::arange(1, 7, at::kLong);
  const at::Tensor before = packed_attention(packed, visible);
  packed = packed.clone();
  packed.select(1, 5).fill_(100);
  const at::Tensor after = packed_attention(packed, visible);
  EXPECT_TRUE(at::equal(before.narrow(1, 0, 5), after.narrow(1, 0, 5)));
}

TEST(AttentionByHand, ANaNIsNotLost) {
  at::Tensor packed = made({1, 4, 3, 5}, 0).to(at::kFloat).clone();
  packed[0][2][0][0] = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor z = packed_attention(packed, at::arange(1, 5, at::kLong));
  EXPECT_TRUE(z[0][2].isnan().all().item<bool>());
  EXPECT_FALSE(z[0][1].isnan().any().item<bool>());
}

// Two rows behind three others, and one behind none, against attention over the whole sequence.
TEST(ContinuedAttention, EqualsTheLastRowsOfTheWholeSequence) {
  const at::Tensor before = made({2, 4, 3 * 3, 5}, 0).to(at::kFloat);
  const at::Tensor own = made({2, 3, 3 * 3, 5}, 9).to(at::kFloat);
  const auto part = [](const at::Tensor& x, int64_t which) { return x.narrow(2, 3 * which, 3); };
  const at::Tensor z =
      continued_attention(part(own, 0), part(own, 1), part(own, 2), part(before, 1),
                          part(before, 2), {{3, 2, 2}, {0, 1, 1}});
  const at::Tensor whole = at::cat({before.narrow(1, 0, 3), own.narrow(1, 0, 2)}, 1);
  const at::Tensor expected = packed_attention(whole, at::arange(1, 6, at::kLong)).narrow(1, 3, 2);
  EXPECT_LT(relative_error(z.narrow(1, 0, 2), expected.to(at::kDouble)), 1e-6);
  // A single key is seen whole: z is its value.
  EXPECT_TRUE(at::allclose(z.select(1, 2), part(own, 2).select(1, 2)));
}

TEST(ContinuedAttention, RowsThatDoNotFitAndGradientsAreRefused) {
  const at::Tensor x = made({1, 3, 2, 4}, 0).to(at::kFloat);
  EXPECT_THROW(continued_attention(x, x, x, x, x, {{3, 2, 2}}), Error);     // 2 rows of 3
  EXPECT_THROW(continued_attention(x, x, x, x, x, {{4, 3, 3}}), Error);     // 4 of 3 before
  EXPECT_THROW(continued_attention(x[0], x, x, x, x, {{0, 3, 3}}), Error);  // an axis too few
  const at::Tensor wants = x.clone().requires_grad_();
  EXPECT_THROW(continued_attention(wants, x, x, x, x, {{0, 3, 3}}), Error);
}

TEST(AttentionErrors, WrongShapesAndASecondDerivativeAreRefused) {
  const at::Tensor visible = at::arange(1, 5, at::kLong);
  EXPECT_THROW(packed_attention(at::zeros({1, 4, 4, 2}), visible), Error);
  EXPECT_THROW(packed_attention(at::zeros({1, 3, 3, 2}), visible), Error);
  EXPECT_THROW(packed_attention(at::zeros({1, 4, 3, 2}), visible + 1), Error);
  EXPECT_THROW(row_attention(at::zeros({1, 4, 1, 2}), at::zeros({2, 4, 2, 2}), visible), Error);
  const at::Tensor x = made({1, 4, 3, 2}, 0).to(at::kFloat).requires_grad_();
  const at::Tensor z = packed_attention(x, visible);
  EXPECT_THROW(torch::autograd::grad({z.sum()}, {x}, {}, true, /*create_graph=*/true), Error);
}

}  // namespace
}  // namespace kairo
