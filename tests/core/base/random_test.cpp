#include "core/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace kairo {
namespace {

std::vector<uint64_t> first_draws(Random random, int n) {
  std::vector<uint64_t> draws;
  for (int i = 0; i < n; ++i) draws.push_back(random.next());
  return draws;
}

// The authors' C code from state {1, 2, 3, 4} begins so; it is also the test vector of other
// libraries.
TEST(Random, GeneratorGivesThePublishedSequence) {
  Random random(0);
  random.set_state({1, 2, 3, 4});
  const std::vector<uint64_t> expected = {
      11520, 0, 1509978240, 1215971899390074240ULL, 1216172134540287360ULL, 607988272756665600ULL};
  EXPECT_EQ(first_draws(random, 6), expected);
}

// Constants of an independent Python version: with M = 2**64 - 1,
//   a = splitmix(seed); x = a ^ (stream * 0xD1342543DE82EF95 & M); state = four splitmix outputs
//   from x
// and xoshiro256** as the paper prints it. Its splitmix from 0 begins with the published
// e220a8397b1dcdaf.
TEST(Random, SeedingEqualsAnIndependentImplementation) {
  const std::vector<uint64_t> zero = {0xfb5405f7bd79c540, 0x780c98e26cea5883, 0x2a146e0980febc66,
                                      0x4851477db8791fca};
  const std::vector<uint64_t> seeded = {0x19e479e2aaa77bfb, 0x5e3efe753be27527, 0xc3ed7125b780200a,
                                        0x85b911e2152f876e};
  const std::vector<uint64_t> streamed = {0x62737c38a122f17b, 0xea6ebb82a9ba9daf,
                                          0xd441ca1af7a73d34, 0x98876492b1a0996a};
  const std::vector<uint64_t> largest = {0xe9fc6d9be884c3ee, 0x4980a5a6f711ebe8, 0x5af9709165e7a521,
                                         0x91cfe5c106769b1b};
  EXPECT_EQ(first_draws(Random(0), 4), zero);
  EXPECT_EQ(first_draws(Random(42), 4), seeded);
  EXPECT_EQ(first_draws(Random(42, 7), 4), streamed);
  const uint64_t most = std::numeric_limits<uint64_t>::max();
  EXPECT_EQ(first_draws(Random(most, most), 4), largest);
}

// The same Python version: (next >> 11)·2^-53, sqrt(-2 log(1 - u))·cos(2 pi v), next mod 10.
TEST(Random, DistributionsEqualAnIndependentImplementation) {
  Random uniform(5);
  EXPECT_DOUBLE_EQ(uniform.uniform(), 0.8049341875865964);
  EXPECT_DOUBLE_EQ(uniform.uniform(), 0.6519759711318762);
  Random normal(5);
  EXPECT_NEAR(normal.normal(), -1.0444698857569095, 1e-14);
  EXPECT_NEAR(normal.normal(), -0.2711042899485189, 1e-14);
  Random below(5);
  std::vector<uint64_t> draws(12);
  for (uint64_t& draw : draws) draw = below.below(10);
  EXPECT_EQ(draws, (std::vector<uint64_t>{9, 6, 3, 3, 9, 4, 9, 6, 9, 3, 0, 2}));
  Random permuted(5);
  EXPECT_EQ(random_permutation(permuted, 6), (std::vector<int64_t>{0, 2, 5, 4, 1, 3}));
}

TEST(Random, StateContinuesTheSequence) {
  Random random(3);
  first_draws(random, 5);
  random.next();
  Random other(99);
  other.set_state(random.state());
  EXPECT_EQ(first_draws(other, 8), first_draws(random, 8));
}

TEST(Random, SeedsAndStreamsDiffer) {
  std::vector<uint64_t> firsts;
  for (uint64_t seed = 0; seed < 30; ++seed) {
    for (uint64_t stream = 0; stream < 30; ++stream) firsts.push_back(Random(seed, stream).next());
  }
  std::sort(firsts.begin(), firsts.end());
  EXPECT_EQ(std::adjacent_find(firsts.begin(), firsts.end()), firsts.end());
  EXPECT_EQ(Random(4).next(), Random(4, 0).next());
}

TEST(Random, BelowReachesEveryValueAndNoOther) {
  Random random(1);
  std::vector<int> count(7);
  for (int i = 0; i < 7000; ++i) {
    const uint64_t drawn = random.below(7);
    ASSERT_LT(drawn, 7u);
    ++count[drawn];
  }
  // Chi-square with 6 degrees of freedom exceeds 30 with probability 4e-5.
  double chi_square = 0;
  for (const int each : count) chi_square += (each - 1000.0) * (each - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 30);
  EXPECT_EQ(random.below(1), 0u);
}

// Taking the remainder alone would put half of the draws into the lowest third.
TEST(Random, BelowHasNoBiasForLargeBounds) {
  Random random(2);
  const uint64_t bound = 3ULL << 62;
  int n_low = 0;
  for (int i = 0; i < 3000; ++i) n_low += random.below(bound) < bound / 3 ? 1 : 0;
  EXPECT_NEAR(n_low, 1000, 130);  // five standard deviations of binomial(3000, 1/3)
}

TEST(Random, UniformStaysInItsIntervalWithMeanOneHalf) {
  Random random(3);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double drawn = random.uniform();
    ASSERT_GE(drawn, 0);
    ASSERT_LT(drawn, 1);
    sum += drawn;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 5 * std::sqrt(1.0 / 12 / 10000));
}

TEST(Random, NormalHasTheMomentsOfTheStandardNormal) {
  Random random(4);
  const int n = 20000;
  double moments[5] = {};
  for (int i = 0; i < n; ++i) {
    const double drawn = random.normal();
    ASSERT_TRUE(std::isfinite(drawn));
    for (int power = 1; power <= 4; ++power) moments[power] += std::pow(drawn, power) / n;
  }
  // Variances of x, x^2, x^3, x^4 are 1, 2, 15, 96; five standard errors each.
  EXPECT_NEAR(moments[1], 0, 5 * std::sqrt(1.0 / n));
  EXPECT_NEAR(moments[2], 1, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(moments[3], 0, 5 * std::sqrt(15.0 / n));
  EXPECT_NEAR(moments[4], 3, 5 * std::sqrt(96.0 / n));
}

TEST(RandomPermutation, IsUniformOverAllOrders) {
  Random random(6);
  std::vector<int> count(6);
  for (int i = 0; i < 6000; ++i) {
    const std::vector<int64_t> order = random_permutation(random, 3);
    ++count[2 * order[0] + (order[1] > order[2] ? 1 : 0)];
  }
  double chi_square = 0;
  for (const int each : count) chi_square += (each - 1000.0) * (each - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 28);  // five degrees of freedom, probability 4e-5
}

TEST(RandomPermutation, HoldsEveryIndexOnce) {
  Random random(7);
  std::vector<int64_t> order = random_permutation(random, 1000);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  std::vector<int64_t> all(1000);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(order, all);
  EXPECT_TRUE(random_permutation(random, 0).empty());
}

TEST(RandomResample, CountsTheDrawsOfTheGenerator) {
  Random random(7), same(7);
  const std::vector<int64_t> counts = random_resample(random, 50);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), int64_t{0}), 50);
  std::vector<int64_t> drawn(50, 0);
  for (int64_t i = 0; i < 50; ++i) ++drawn[same.below(50)];
  EXPECT_EQ(counts, drawn);
  EXPECT_EQ(random.next(), same.next());
}

}  // namespace
}  // namespace kairo
