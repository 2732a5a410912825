#include "core/kernels/dropout.h"

#include <gtest/gtest.h>

#include <cmath>

#include <ATen/ATen.h>

namespace kairo {
namespace {

PassRandom pass_of(int64_t examples, int64_t update = 5) {
  PassRandom pass{{3, update}, 0, {}};
  for (int64_t i = 0; i < examples; ++i) pass.examples.push_back(100 + 7 * i);
  return pass;
}

std::vector<uint32_t> rows_to(uint32_t n) {
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < n; ++row) rows.push_back(row);
  return rows;
}

at::Tensor mask_of(const PassRandom& pass, double share, uint64_t site = 2) {
  return dropout_mask(pass, {share, site}, rows_to(100), 203, at::kDouble);
}

// Of 406,000 numbers five deviations are 0.16 % to 0.4 % of them: one seed, no luck needed.
TEST(DropoutMask, KeepsItsShareAndScalesWhatItKeeps) {
  for (const double share : {0.01, 0.1, 0.5, 0.9}) {
    const at::Tensor mask = mask_of(pass_of(20), share);
    const double n = static_cast<double>(mask.numel());
    const double kept = mask.gt(0).sum().item<double>();
    EXPECT_LT(std::abs(kept - n * (1 - share)), 5 * std::sqrt(n * share * (1 - share))) << share;
    EXPECT_TRUE(at::logical_or(mask.eq(0), mask.eq(1 / (1 - share))).all().item<bool>());
  }
}

// Two masks that know nothing of each other agree in p² + (1-p)² of their places.
TEST(DropoutMask, OfOtherPlacesIsIndependent) {
  const double share = 0.3, agree = 0.3 * 0.3 + 0.7 * 0.7;
  const at::Tensor mask = mask_of(pass_of(20), share);
  PassRandom other_seed = pass_of(20);
  other_seed.update.seed = 4;
  const auto expect_independent = [&](const at::Tensor& one, const at::Tensor& other) {
    const double n = static_cast<double>(one.numel());
    const double same = one.eq(other).sum().item<double>();
    EXPECT_LT(std::abs(same - n * agree), 5 * std::sqrt(n * agree * (1 - agree)));
  };
  expect_independent(mask, mask_of(pass_of(20, 6), share));
  expect_independent(mask, mask_of(pass_of(20), share, 3));
  expect_independent(mask, mask_of(other_seed, share));
  expect_independent(mask.narrow(0, 0, 10), mask.narrow(0, 10, 10));     // examples
  expect_independent(mask.narrow(1, 0, 50), mask.narrow(1, 50, 50));     // rows
  expect_independent(mask.narrow(2, 0, 101), mask.narrow(2, 101, 101));  // columns
}

TEST(DropoutMask, IsEqualForAnyThreadsRowsAndDtype) {
  at::set_num_threads(2);
  const at::Tensor two = mask_of(pass_of(20), 0.4);
  at::set_num_threads(1);
  EXPECT_TRUE(at::equal(mask_of(pass_of(20), 0.4), two));
  const at::Tensor some = dropout_mask(pass_of(20).rows(3, 2), {0.4, 2}, {17, 60}, 50, at::kFloat);
  const at::Tensor expected =
      two.narrow(0, 3, 2).index_select(1, at::tensor({17, 60})).narrow(2, 0, 50);
  EXPECT_TRUE(at::equal(some, expected.to(at::kFloat)));
}

}  // namespace
}  // namespace kairo
