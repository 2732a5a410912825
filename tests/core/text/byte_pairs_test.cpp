#include "core/text/byte_pairs.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <random>

namespace kairo {
namespace {

using Word = std::vector<int64_t>;

Word merged(const BytePairs& pairs, Word word) {
  pairs.merge(word);
  return word;
}

TEST(BytePairs, LowerRankGoesFirst) {
  BytePairs pairs;  // 0 = a, 1 = b, 2 = c
  pairs.add(1, 2, 3);
  pairs.add(0, 1, 4);
  pairs.add(0, 3, 5);
  EXPECT_EQ(merged(pairs, {0, 1, 2}), (Word{5}));        // a bc, then abc; never ab c
  EXPECT_EQ(merged(pairs, {0, 1, 1, 2}), (Word{4, 3}));  // ab bc
  EXPECT_EQ(merged(pairs, {2, 0}), (Word{2, 0}));
  EXPECT_EQ(merged(pairs, {}), Word{});
  EXPECT_EQ(merged(pairs, {1}), Word{1});
}

TEST(BytePairs, OfEqualRanksTheLeftmostGoesFirst) {
  BytePairs pairs;
  pairs.add(0, 0, 1);
  EXPECT_EQ(merged(pairs, {0, 0, 0}), (Word{1, 0}));
  EXPECT_EQ(merged(pairs, {0, 0, 0, 0, 0}), (Word{1, 1, 0}));
  pairs.add(1, 1, 2);
  EXPECT_EQ(merged(pairs, {0, 0, 0, 0, 0}), (Word{2, 0}));
}

TEST(BytePairs, APairHasOneMerge) {
  BytePairs pairs;
  EXPECT_TRUE(pairs.add(0, 1, 2));
  EXPECT_FALSE(pairs.add(0, 1, 3));
  EXPECT_TRUE(pairs.add(1, 0, 3));
  EXPECT_EQ(merged(pairs, {0, 1, 1, 0}), (Word{2, 3}));
}

// The definition read word by word: look for the best pair in the whole word, merge it, again.
Word merged_slowly(const std::map<std::pair<int64_t, int64_t>, int64_t>& ranks, Word word) {
  for (;;) {
    std::size_t best = word.size();
    int64_t best_rank = INT64_MAX;
    for (std::size_t i = 0; i + 1 < word.size(); ++i) {
      const auto rank = ranks.find({word[i], word[i + 1]});
      if (rank == ranks.end() || rank->second >= best_rank) continue;
      best = i;
      best_rank = rank->second;
    }
    if (best == word.size()) return word;
    word[best] = 100 + best_rank;
    word.erase(word.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

TEST(BytePairs, EqualsTheSlowTwinOnRandomMergesAndWords) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    BytePairs pairs;
    std::map<std::pair<int64_t, int64_t>, int64_t> ranks;
    while (ranks.size() < 40) {
      // Merge r makes token 100 + r. Parts with a higher rank than their whole occur too.
      const auto part = [&] {
        return static_cast<int64_t>(random() % 2 == 0 ? random() % 3 : 100 + random() % 40);
      };
      const int64_t left = part(), right = part(), rank = static_cast<int64_t>(ranks.size());
      EXPECT_EQ(pairs.add(left, right, 100 + rank),
                ranks.emplace(std::pair(left, right), rank).second);
    }
    for (int i = 0; i < 20; ++i) {
      Word word(random() % 60);
      for (int64_t& token : word) token = static_cast<int64_t>(random() % 3);
      EXPECT_EQ(merged(pairs, word), merged_slowly(ranks, word));
    }
  }
}

// Quadratic time would be minutes; n log n is a fifth of a second.
TEST(BytePairs, AWordOfManyEqualTokensTakesNoQuadraticTime) {
  constexpr int kDoublings = 20;
  BytePairs pairs;
  for (int64_t i = 0; i < kDoublings; ++i) pairs.add(i, i, i + 1);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(merged(pairs, Word(std::size_t{1} << kDoublings, 0)), Word{kDoublings});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

}  // namespace
}  // namespace kairo
