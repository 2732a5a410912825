#include "studies/late_disambiguation/data/distinct_codes.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>

namespace kairo::late_disambiguation {
namespace {

std::vector<int64_t> draw(int64_t space, int64_t n, uint64_t seed) {
  Random random(seed);
  DistinctCodes codes(space);
  std::vector<int64_t> drawn;
  for (int64_t i = 0; i < n; ++i) drawn.push_back(codes.draw(random));
  return drawn;
}

TEST(DistinctCodes, CodeSpaceIsAPowerOrMinusOneWhereItOverflows) {
  EXPECT_EQ(code_space(36, 4), 36 * 36 * 36 * 36);
  EXPECT_EQ(code_space(2, 62), int64_t{1} << 62);
  EXPECT_EQ(code_space(2, 63), -1);
  EXPECT_EQ(code_space(36, 12), 4738381338321616896);
  EXPECT_EQ(code_space(36, 13), -1);
  EXPECT_EQ(code_space(1, 1000000), 1);
  EXPECT_EQ(code_space(36, 0), 1);
}

// 1·3^2 + 0·3 + 2 = 11.
TEST(DistinctCodes, DigitsHaveTheMostSignificantFirst) {
  EXPECT_EQ(digits_of_code(11, 3, 3), (std::vector<int64_t>{1, 0, 2}));
  EXPECT_EQ(digits_of_code(0, 3, 2), (std::vector<int64_t>{0, 0}));
  EXPECT_TRUE(digits_of_code(0, 3, 0).empty());
}

TEST(DistinctCodes, AFullDrawHoldsEveryCodeOnce) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const std::vector<int64_t> drawn = draw(17, 17, seed);
    const std::set<int64_t> distinct(drawn.begin(), drawn.end());
    EXPECT_EQ(distinct.size(), 17u);
    EXPECT_EQ(*distinct.begin(), 0);
    EXPECT_EQ(*distinct.rbegin(), 16);
  }
}

TEST(DistinctCodes, LongerDrawsBeginWithTheShorterOnes) {
  const std::vector<int64_t> longer = draw(1000, 200, 3);
  const std::vector<int64_t> shorter = draw(1000, 50, 3);
  EXPECT_EQ(std::vector<int64_t>(longer.begin(), longer.begin() + 50), shorter);
}

TEST(DistinctCodes, EveryOrderedPairIsEquallyLikely) {
  std::map<std::vector<int64_t>, int> count;
  for (uint64_t seed = 0; seed < 12000; ++seed) ++count[draw(4, 2, seed)];
  ASSERT_EQ(count.size(), 12u);
  double chi_square = 0;
  for (const auto& [pair, n] : count) chi_square += (n - 1000.0) * (n - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 40);  // 11 degrees of freedom, probability 4e-5
}

TEST(DistinctCodes, DrawsFromTheLargestSpaceWithoutListingIt) {
  const int64_t space = std::numeric_limits<int64_t>::max();
  const std::vector<int64_t> drawn = draw(space, 1000, 1);
  EXPECT_EQ(std::set<int64_t>(drawn.begin(), drawn.end()).size(), 1000u);
  for (const int64_t code : drawn) {
    EXPECT_GE(code, 0);
    EXPECT_LT(code, space);
  }
}

}  // namespace
}  // namespace kairo::late_disambiguation
