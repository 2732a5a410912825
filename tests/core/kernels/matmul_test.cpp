#include "core/kernels/matmul.h"
#include "core/kernels/linear.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/base/error.h"

namespace kairo {
namespace {

double product_error(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
  return ((x - y).norm() / (y.norm() + 1e-30)).item<double>();
}

// The same product in double through LibTorch: the reference of the float32 path.
at::Tensor in_double(const at::Tensor& a, const at::Tensor& b) {
  return at::matmul(a.to(at::kDouble), b.to(at::kDouble));
}

TEST(Matmul, TwoByTwoAsArithmetic) {
  const at::Tensor a = at::tensor({1.0F, 2.0F, 3.0F, 4.0F}).view({2, 2});
  const at::Tensor b = at::tensor({5.0F, 6.0F, 7.0F, 8.0F}).view({2, 2});
  const at::Tensor c = kairo::matmul(a, b);
  EXPECT_EQ(c[0][0].item<float>(), 1 * 5 + 2 * 7);
  EXPECT_EQ(c[1][1].item<float>(), 3 * 6 + 4 * 8);
}

TEST(Matmul, AgreesWithDoubleOverOddShapesAndStrides) {
  torch::manual_seed(1);
  for (const auto& [m, k, n] : std::vector<std::array<int64_t, 3>>{
           {1, 1, 1}, {3, 5, 7}, {16, 32, 16}, {1, 33, 1}, {17, 1, 5}, {128, 64, 40}}) {
    const at::Tensor a = at::randn({m, k}), b = at::randn({k, n});
    EXPECT_LT(product_error(kairo::matmul(a, b), in_double(a, b)), 1e-6);
    const at::Tensor at_view = at::randn({k, m}).t(), bt_view = at::randn({n, k}).t();
    EXPECT_LT(product_error(kairo::matmul(at_view, bt_view), in_double(at_view, bt_view)), 1e-6);
    const at::Tensor wide = at::randn({m, 2 * k}).narrow(1, k, k);
    EXPECT_LT(product_error(kairo::matmul(wide, b), in_double(wide, b)), 1e-6);
  }
}

TEST(Matmul, BatchedTakesViewsOfPackedHeads) {
  torch::manual_seed(2);
  const at::Tensor packed = at::randn({3, 5, 12, 8});  // [batch, pos, 3·head, d_head]
  const at::Tensor q = packed.narrow(2, 0, 4).permute({0, 2, 1, 3});
  const at::Tensor k = packed.narrow(2, 4, 4).permute({0, 2, 3, 1});
  EXPECT_LT(product_error(kairo::matmul(q, k), in_double(q, k)), 1e-6);
  const at::Tensor one = at::randn({2, 1, 1, 7}), other = at::randn({2, 1, 7, 1});
  EXPECT_LT(product_error(kairo::matmul(one, other), in_double(one, other)), 1e-6);
}

TEST(Matmul, GradientsMatchCentralDifferences) {
  torch::manual_seed(3);
  const at::Tensor a = at::randn({2, 3, 4}, at::kDouble).requires_grad_();
  const at::Tensor b = at::randn({2, 4, 2}, at::kDouble).requires_grad_();
  const at::Tensor weights = at::randn({2, 3, 2}, at::kDouble);
  const auto loss = [&] { return (kairo::matmul(a, b) * weights).sum(); };
  loss().backward();
  torch::NoGradGuard no_grad;
  for (const at::Tensor& x : {a, b}) {
    at::Tensor flat = x.view(-1);
    for (int64_t i = 0; i < flat.numel(); ++i) {
      const double held = flat[i].item<double>();
      flat[i] = held + 1e-6;
      const double up = loss().item<double>();
      flat[i] = held - 1e-6;
      const double down = loss().item<double>();
      flat[i] = held;
      EXPECT_NEAR(x.grad().view(-1)[i].item<double>(), (up - down) / 2e-6, 1e-7);
    }
  }
}

TEST(Linear, ForwardAndGradientsEqualLibTorchsInDouble) {
  torch::manual_seed(4);
  const at::Tensor x = at::randn({3, 5, 6}), w = at::randn({6, 4}), b = at::randn({4});
  const auto run = [&](at::ScalarType type, bool ours) {
    std::vector<at::Tensor> in;
    for (const at::Tensor& each : {x, w, b})
      in.push_back(each.to(type, false, true).requires_grad_());
    const at::Tensor y =
        ours ? kairo::linear(in[0], in[1], in[2]) : at::matmul(in[0], in[1]) + in[2];
    (y * y).sum().backward();
    return std::vector<at::Tensor>{y, in[0].grad(), in[1].grad(), in[2].grad()};
  };
  const auto reference = run(at::kDouble, false);
  const auto single = run(at::kFloat, true), twice = run(at::kDouble, true);
  for (std::size_t i = 0; i < reference.size(); ++i) {
    EXPECT_LT(product_error(single[i], reference[i]), 1e-6);
    EXPECT_LT(product_error(twice[i], reference[i]), 1e-14);
  }
}

// An undefined bias used to throw from within autograd.
TEST(Linear, AnUndefinedBiasIsLeftOut) {
  torch::manual_seed(5);
  const at::Tensor x = at::randn({2, 3, 4}).requires_grad_(),
                   w = at::randn({4, 5}).requires_grad_();
  const at::Tensor y = kairo::linear(x, w, {});
  EXPECT_LT(product_error(y, in_double(x, w)), 1e-6);
  y.sum().backward();
  EXPECT_TRUE(w.grad().defined());
}

TEST(Matmul, ShapesThatDoNotFitAreAnError) {
  EXPECT_THROW(kairo::matmul(at::ones({2, 3}), at::ones({2, 3})), Error);
  EXPECT_THROW(kairo::linear(at::ones({2, 3}), at::ones({4, 3}), {}), Error);
}

}  // namespace
}  // namespace kairo
