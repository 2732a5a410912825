#include "core/kernels/adamw.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/optim/adamw.h>
#include <torch/utils.h>

#include <cmath>

namespace kairo {
namespace {

double blocked_norm(const at::Tensor& values) {
  const at::Tensor total = at::empty_like(values);
  double squares = 0;
  for (int64_t block = 0; block * kFlatBlock < values.numel(); ++block) {
    squares += add_block({values}, block, total);
  }
  return std::sqrt(squares);
}

// First step from zero moments: m̂ = g, v̂ = g², so the weight moves by lr·g/(|g| + eps) after decay.
TEST(AddBlock, AddsThePartsInTheirOrder) {
  const at::Tensor a = at::randn({kFlatBlock + 5}), b = at::randn_like(a), c = at::randn_like(a),
                   total = at::empty_like(a);
  for (int64_t block = 0; block < 2; ++block) add_block({a, b, c}, block, total);
  EXPECT_TRUE(at::equal(total, (a + b) + c));
}

TEST(AdamW, FirstStepAsArithmetic) {
  at::Tensor value = at::tensor({2.0}, at::kDouble), m = at::zeros({1}, at::kDouble), v = m.clone();
  AdamWStep step;
  step.learning_rate = 0.1;
  step.weight_decay = 0.01;
  adamw_update(step, at::tensor({-3.0}, at::kDouble), value, m, v);
  EXPECT_NEAR(value.item<double>(), 2.0 * (1 - 0.1 * 0.01) + 0.1 * 3 / (3 + 1e-8), 1e-12);
  EXPECT_NEAR(m.item<double>(), 0.1 * -3, 1e-12);
  EXPECT_NEAR(v.item<double>(), 0.001 * 9, 1e-12);
}

TEST(AdamW, AgreesWithLibTorchOverManySteps) {
  torch::manual_seed(5);
  at::Tensor ours = at::randn({1000}, at::kDouble);
  at::Tensor theirs = ours.clone().requires_grad_();
  at::Tensor m = at::zeros_like(ours), v = at::zeros_like(ours);
  torch::optim::AdamW peer({theirs}, torch::optim::AdamWOptions(1e-3).weight_decay(0.01));
  for (int64_t number = 1; number <= 50; ++number) {
    const at::Tensor gradient = at::randn({1000}, at::kDouble);
    AdamWStep step;
    step.step = number;
    adamw_update(step, gradient, ours, m, v);
    theirs.mutable_grad() = gradient.clone();
    peer.step();
  }
  EXPECT_LT((ours - theirs).abs().max().item<double>(), 1e-12);
}

TEST(AdamW, IsEqualToTheBitForAnyNumberOfThreads) {
  torch::manual_seed(6);
  const at::Tensor gradient = at::randn({100003}), start = at::randn({100003});
  const auto run = [&](int threads) {
    at::set_num_threads(threads);
    at::Tensor value = start.clone(), m = at::zeros_like(start), v = at::zeros_like(start);
    AdamWStep step;
    step.gradient_scale = 1 / blocked_norm(gradient);
    adamw_update(step, gradient, value, m, v);
    return value;
  };
  EXPECT_TRUE(at::equal(run(1), run(2)));
}

// What runs on another device, run here.
TEST(AdamW, PlainOperationsAgreeWithTheLoops) {
  torch::manual_seed(7);
  at::Tensor value = at::randn({1000}, at::kDouble), m = at::zeros_like(value), v = m.clone();
  at::Tensor plain = value.clone(), plain_m = m.clone(), plain_v = v.clone();
  AdamWStep step;
  step.gradient_scale = 0.3;
  for (step.step = 1; step.step <= 20; ++step.step) {
    const at::Tensor gradient = at::randn({1000}, at::kDouble);
    adamw_update(step, gradient, value, m, v);
    adamw_update_plainly(step, gradient, plain, plain_m, plain_v);
  }
  EXPECT_LT((value - plain).abs().max().item<double>(), 1e-13);
  EXPECT_LT((m - plain_m).abs().max().item<double>(), 1e-13);
  EXPECT_LT((v - plain_v).abs().max().item<double>(), 1e-13);
}

TEST(AddBlock, PlainOperationsAddTheSame) {
  const at::Tensor a = at::randn({kFlatBlock}), b = at::randn_like(a), c = at::randn_like(a);
  const at::Tensor total = at::empty_like(a), plain = at::empty_like(a);
  const double squares = add_block({a, b, c}, 0, total);
  EXPECT_NEAR(add_plainly({a, b, c}, plain), squares, 1e-12 * squares);
  EXPECT_TRUE(at::equal(total, plain));
}

TEST(BlockedNorm, IsTheEuclideanNormAndShowsNaN) {
  EXPECT_NEAR(blocked_norm(at::tensor({3.0F, 4.0F})), 5, 1e-12);
  at::Tensor big = at::ones({20000});
  EXPECT_NEAR(blocked_norm(big), std::sqrt(20000.0), 1e-9);
  big[19999] = std::nan("");
  EXPECT_TRUE(std::isnan(blocked_norm(big)));
}

}  // namespace
}  // namespace kairo
