#include "core/kernels/gelu.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>

#include "core/base/error.h"

namespace kairo {
namespace {

// [-12, 12], dense about 0; a length that is no multiple of any register.
at::Tensor numbers() { return at::linspace(-12, 12, 20011, at::kDouble); }

TEST(Gelu, IsXTimesTheNormalDistribution) {
  const at::Tensor x = numbers();
  const at::Tensor exact = x * 0.5 * at::erfc(-x / std::sqrt(2.0));
  const at::Tensor got = kairo::gelu(x.to(at::kFloat)).to(at::kDouble);
  // Of the value itself and so of the far tail too, where rounding the exponent x^2/2 shows; until
  // it falls below the normal numbers.
  const at::Tensor allowed = exact.abs() * (1e-6 + 2e-7 * x * x) + 1e-36;
  EXPECT_LE(((got - exact).abs() / allowed).max().item<double>(), 1);
}

TEST(Gelu, ItsGradientIsTheDerivative) {
  const at::Tensor x = numbers();
  const at::Tensor density = at::exp(x * x * -0.5) / std::sqrt(2 * M_PI);
  const at::Tensor exact = 0.5 * at::erfc(-x / std::sqrt(2.0)) + x * density;
  const at::Tensor input = x.to(at::kFloat).requires_grad_();
  (kairo::gelu(input) * 3).sum().backward();
  const at::Tensor got = input.grad().to(at::kDouble) / 3;
  EXPECT_LT((got - exact).abs().max().item<double>(), 5e-7);
}

// gelu_new. LibTorch's own by plain operations in float64 is the reference.
TEST(Gelu, InItsTanhFormIsLibTorchsWithItsSlope) {
  const at::Tensor x = numbers().requires_grad_();
  const at::Tensor exact = at::gelu(x, "tanh");
  exact.sum().backward();
  const at::Tensor input = x.detach().to(at::kFloat).requires_grad_();
  const at::Tensor got = kairo::gelu(input, GeluForm::kTanh);
  got.sum().backward();
  EXPECT_LT((got.to(at::kDouble) - exact).abs().max().item<double>(), 2e-6);
  EXPECT_LT((input.grad().to(at::kDouble) - x.grad()).abs().max().item<double>(), 1e-6);
  const at::Tensor in_double = kairo::gelu(x.detach(), GeluForm::kTanh);
  EXPECT_LT((in_double - exact).abs().max().item<double>(), 1e-12);
}

TEST(Gelu, InItsTanhFormHasTheEdgesToo) {
  const float infinity = std::numeric_limits<float>::infinity();
  const at::Tensor x =
      at::tensor({0.0F, 1e30F, -1e30F, infinity, std::numeric_limits<float>::quiet_NaN()})
          .requires_grad_();
  const at::Tensor got = kairo::gelu(x, GeluForm::kTanh);
  got.sum().backward();
  EXPECT_EQ(got[0].item<float>(), 0);
  EXPECT_EQ(got[1].item<float>(), 1e30F);
  EXPECT_NEAR(got[2].item<float>(), 0, 1e-6);
  EXPECT_EQ(got[3].item<float>(), infinity);
  EXPECT_TRUE(std::isnan(got[4].item<float>()));
  EXPECT_EQ(x.grad()[0].item<float>(), 0.5);
  EXPECT_EQ(x.grad()[1].item<float>(), 1);
  EXPECT_NEAR(x.grad()[2].item<float>(), 0, 1e-30);
}

TEST(Gelu, EqualsLibTorchsForOtherDtypesAndKeepsShapes) {
  const at::Tensor x = numbers().narrow(0, 0, 24).view({2, 3, 4});
  EXPECT_TRUE(at::equal(kairo::gelu(x), at::gelu(x)));
  EXPECT_EQ(kairo::gelu(x.to(at::kFloat).transpose(0, 2)).sizes(), (std::vector<int64_t>{4, 3, 2}));
}

TEST(Gelu, EdgesAreWhatTheyShouldBe) {
  const float infinity = std::numeric_limits<float>::infinity();
  const at::Tensor got = kairo::gelu(
      at::tensor({0.0F, 100.0F, -100.0F, infinity, std::numeric_limits<float>::quiet_NaN()}));
  EXPECT_EQ(got[0].item<float>(), 0);
  EXPECT_EQ(got[1].item<float>(), 100);
  EXPECT_NEAR(got[2].item<float>(), 0, 1e-30);
  EXPECT_EQ(got[3].item<float>(), infinity);
  EXPECT_TRUE(std::isnan(got[4].item<float>()));
}

TEST(Gelu, ASecondDerivativeIsRefused) {
  const at::Tensor x = at::ones({3}).requires_grad_();
  EXPECT_THROW(torch::autograd::grad({kairo::gelu(x).sum()}, {x}, {}, true, /*create_graph=*/true),
               Error);
}

}  // namespace
}  // namespace kairo
