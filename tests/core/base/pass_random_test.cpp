#include "core/base/pass_random.h"

#include <gtest/gtest.h>

namespace kairo {
namespace {

// Random123's own test vectors (kat_vectors: philox4x32 10).
TEST(Philox, HasThePublishedWords) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (PhiloxWords{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}),
            (PhiloxWords{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (PhiloxWords{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

std::vector<uint32_t> words(const PassRandom& pass, int64_t batch_row = 0, uint64_t site = 0,
                            uint32_t row = 0, int64_t n = 37) {
  std::vector<uint32_t> drawn(static_cast<std::size_t>(n));
  PlaceRandom(pass, batch_row, site).words(row, n, drawn.data());
  return drawn;
}

TEST(PlaceRandom, DependsOnEveryPartOfItsPlaceAndOnNothingElse) {
  const PassRandom pass{{7, 20}, 1, {30, 31}};
  const std::vector<uint32_t> own = words(pass);
  EXPECT_EQ(words({{7, 20}, 1, {99, 30, 5}}, 1), own) << "another batch with the example";
  const std::vector<uint32_t> fewer = words(pass, 0, 0, 0, 6);
  EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), own.begin()));
  for (const std::vector<uint32_t>& other :
       {words({{8, 20}, 1, {30}}), words({{7, 21}, 1, {30}}), words({{7, 20}, 0, {30}}),
        words(pass, 1), words(pass, 0, 1), words(pass, 0, 0, 1)}) {
    for (std::size_t i = 0; i < own.size(); ++i) EXPECT_NE(other[i], own[i]);
  }
}

TEST(PassRandom, RowsAreThoseOfTheBatch) {
  const PassRandom pass{{7, 20}, 1, {30, 31, 32}};
  EXPECT_EQ(words(pass.rows(1, 2), 1), words(pass, 2));
  EXPECT_FALSE(PassRandom().is_given());
}

}  // namespace
}  // namespace kairo
