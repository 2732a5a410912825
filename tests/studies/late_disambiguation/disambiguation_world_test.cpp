#include "studies/late_disambiguation/data/disambiguation_world.h"

#include <map>
#include <set>

#include "studies/late_disambiguation/data/vocabulary.h"
#include "tests/core/data/task_requests.h"

namespace kairo::late_disambiguation {
namespace {

// n bases of 3, z of 2, targets of a_length characters, out of "ab": 8, 4 and 2^a_length strings.
DisambiguationOptions binary_options(int64_t n_unique_b, int64_t k, int64_t a_length) {
  DisambiguationOptions options;
  options.vocab_chars = "ab";
  options.n_unique_b = n_unique_b;
  options.k = k;
  options.b_length = 3;
  options.z_length = 2;
  options.a_length = a_length;
  return options;
}

std::set<TokenString> all_targets(const DisambiguationWorld& world) {
  std::set<TokenString> all;
  for (const auto& targets : world.targets) all.insert(targets.begin(), targets.end());
  return all;
}

void expect_first_characters_differ(const DisambiguationWorld& world) {
  for (const auto& targets : world.targets) {
    std::set<int64_t> firsts;
    for (const TokenString& target : targets) firsts.insert(target[0]);
    EXPECT_EQ(firsts.size(), targets.size());
  }
}

// 8 bases, 4 selectors and 8·4 = 32 targets: every string of the three lengths must be used once.
TEST(DisambiguationWorld, UsesEveryStringOfAFullSpaceOnce) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const DisambiguationWorld world = draw_world(binary_options(8, 4, 5), seed);
    EXPECT_EQ(std::set<TokenString>(world.bases.begin(), world.bases.end()).size(), 8u);
    EXPECT_EQ(std::set<TokenString>(world.selectors.begin(), world.selectors.end()).size(), 4u);
    EXPECT_EQ(all_targets(world).size(), 32u);
    for (const TokenString& target : all_targets(world)) {
      ASSERT_EQ(target.size(), 5u);
      for (const int64_t token : target) {
        EXPECT_TRUE(token == kFirstCharacter || token == kFirstCharacter + 1);
      }
    }
  }
}

TEST(DisambiguationWorld, DefaultWorldIsDistinctThroughout) {
  const DisambiguationWorld world = draw_world(DisambiguationOptions(), 0);
  EXPECT_EQ(std::set<TokenString>(world.bases.begin(), world.bases.end()).size(), 1000u);
  EXPECT_EQ(std::set<TokenString>(world.selectors.begin(), world.selectors.end()).size(), 10u);
  EXPECT_EQ(all_targets(world).size(), 10000u);
}

TEST(DisambiguationWorld, AnotherKKeepsBasesAndEarlierSelectors) {
  DisambiguationOptions options;
  options.k = 5;
  const DisambiguationWorld few = draw_world(options, 3);
  options.k = 20;
  const DisambiguationWorld many = draw_world(options, 3);
  EXPECT_EQ(few.bases, many.bases);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(few.selectors[i], many.selectors[i]);
}

TEST(DisambiguationWorld, EveryBaseIsEquallyLikely) {
  std::map<TokenString, int> count;
  for (uint64_t seed = 0; seed < 8000; ++seed) {
    ++count[draw_world(binary_options(1, 1, 1), seed).bases[0]];
  }
  ASSERT_EQ(count.size(), 8u);
  double chi_square = 0;
  for (const auto& [base, n] : count) chi_square += (n - 1000.0) * (n - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 32);  // 7 degrees of freedom, probability 4e-5
}

TEST(DisambiguationWorld, FirstCharactersDifferWithinABaseWhenAsked) {
  DisambiguationOptions options;
  options.n_unique_b = 200;
  options.k = 30;
  options.enforce_unique_a_first_char_per_b = true;
  const DisambiguationWorld world = draw_world(options, 1);
  expect_first_characters_differ(world);
  EXPECT_EQ(all_targets(world).size(), 200u * 30u);
}

// 3 characters, A of 3: 27 strings, 13 bases with 2 targets each leave one string over, so that a
// careless choice of first characters runs dry.
TEST(DisambiguationWorld, FirstCharactersDifferInANearlyFullSpace) {
  DisambiguationOptions options = binary_options(13, 2, 3);
  options.vocab_chars = "abc";
  options.enforce_unique_a_first_char_per_b = true;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const DisambiguationWorld world = draw_world(options, seed);
    expect_first_characters_differ(world);
    EXPECT_EQ(all_targets(world).size(), 26u);
  }
}

TEST(DisambiguationWorld, FirstCharactersAreUniformWhenTheyMustDiffer) {
  DisambiguationOptions options = binary_options(8, 1, 4);
  options.vocab_chars = "abcd";
  options.enforce_unique_a_first_char_per_b = true;
  std::map<int64_t, int> count;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    for (const auto& targets : draw_world(options, seed).targets) ++count[targets[0][0]];
  }
  ASSERT_EQ(count.size(), 4u);
  double chi_square = 0;
  for (const auto& [first, n] : count) chi_square += (n - 1000.0) * (n - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 24);  // 3 degrees of freedom, probability 3e-5
}

TEST(DisambiguationWorld, NamesTheKeyAndTheLimitOfWhatCannotBeMet) {
  const auto text = [](const DisambiguationOptions& options) {
    return error_text(ErrorKind::kConfig, [&options] { draw_world(options, 0); });
  };
  EXPECT_TRUE(contains(text(binary_options(9, 1, 5)), "data.n_unique_b: expected at most 8"));
  EXPECT_TRUE(contains(text(binary_options(8, 1, 2)), "data.n_unique_b: expected at most 4"));
  EXPECT_TRUE(contains(text(binary_options(2, 5, 5)), "data.k: expected at most 4"));
  EXPECT_TRUE(contains(text(binary_options(8, 4, 4)), "data.k: expected at most 2"));
  EXPECT_TRUE(contains(text(binary_options(8, 4, 4)), "got 4"));
  EXPECT_TRUE(contains(text(binary_options(0, 1, 4)), "data.n_unique_b: expected at least 1"));
  EXPECT_TRUE(contains(text(binary_options(1, 0, 4)), "data.k: expected at least 1"));
  EXPECT_TRUE(contains(text(binary_options(1, 1, 0)), "data.a_length: expected at least 1"));
  EXPECT_TRUE(contains(text(binary_options(1, 1, 63)), "data.a_length: expected at most 62"));
  DisambiguationOptions options = binary_options(1, 3, 4);
  options.enforce_unique_a_first_char_per_b = true;
  EXPECT_TRUE(contains(text(options), "data.k: expected at most 2"));
}

TEST(DisambiguationWorld, ExactLimitsAreMet) {
  DisambiguationOptions options = binary_options(8, 2, 4);
  options.enforce_unique_a_first_char_per_b = true;
  EXPECT_EQ(all_targets(draw_world(options, 0)).size(), 16u);
  EXPECT_EQ(draw_world(binary_options(1, 4, 2), 0).selectors.size(), 4u);
}

TEST(DisambiguationWorld, WithoutZThereAreNoSelectorsToRunOutOf) {
  DisambiguationOptions options = binary_options(2, 5, 5);
  options.task = Direction::kBToA;
  const DisambiguationWorld world = draw_world(options, 0);
  EXPECT_TRUE(world.selectors.empty());
  EXPECT_EQ(all_targets(world).size(), 10u);
}

}  // namespace
}  // namespace kairo::late_disambiguation
