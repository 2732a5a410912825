#include "studies/late_disambiguation/data/split.h"

#include <algorithm>
#include <cmath>

#include "tests/core/data/task_requests.h"

namespace kairo::late_disambiguation {
namespace {

std::vector<int64_t> held_out(const DatasetArrays& data) {
  std::vector<int64_t> examples;
  for (int64_t i = 0; i < data.n_examples; ++i) {
    if (data.split[i] == Split::kHeldOut) examples.push_back(i);
  }
  return examples;
}

int64_t n_held_out(const DatasetArrays& data) {
  return static_cast<int64_t>(held_out(data).size());
}

DatasetArrays with_fraction(double fraction, bool by_base) {
  TaskRequest request = small_request();  // 12 bases, 36 examples
  request.data.as<DisambiguationOptions>().probe_fraction = fraction;
  request.data.as<DisambiguationOptions>().split_by_base = by_base;
  return arrays_of(request);
}

// round(0.1·36) = 4, round(0.25·36) = 9, round(0.01·36) = 0.
TEST(Split, HoldsOutTheRoundedShareOfExamples) {
  EXPECT_EQ(n_held_out(with_fraction(0, false)), 0);
  EXPECT_EQ(n_held_out(with_fraction(0.01, false)), 0);
  EXPECT_EQ(n_held_out(with_fraction(0.1, false)), 4);
  EXPECT_EQ(n_held_out(with_fraction(0.25, false)), 9);
}

// round(0.1·12) = 1 base of 3 examples, round(0.25·12) = 3 bases.
TEST(Split, ByBaseHoldsOutWholeBases) {
  EXPECT_EQ(n_held_out(with_fraction(0.1, true)), 3);
  const DatasetArrays data = with_fraction(0.25, true);
  EXPECT_EQ(n_held_out(data), 9);
  for (int64_t i = 0; i < data.n_examples; ++i) EXPECT_EQ(data.split[i], data.split[i / 3 * 3]);
}

TEST(Split, LeavesTheStringsAsTheyAre) {
  EXPECT_EQ(with_fraction(0.5, false).tokens, with_fraction(0, false).tokens);
  EXPECT_NE(content_hash(with_fraction(0.5, false)), content_hash(with_fraction(0, false)));
}

TEST(Split, ALargerShareHoldsOutTheSameAndMore) {
  const std::vector<int64_t> few = held_out(with_fraction(0.2, false));
  const std::vector<int64_t> many = held_out(with_fraction(0.6, false));
  EXPECT_LT(few.size(), many.size());
  EXPECT_TRUE(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}

TEST(Split, EveryExampleIsHeldOutEquallyOften) {
  DisambiguationOptions options;
  options.probe_fraction = 0.3;
  const std::vector<int64_t> group(10);
  std::vector<int> count(10);
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const std::vector<Split> split = draw_split(options, group, 1, Random(seed));
    for (int i = 0; i < 10; ++i) count[i] += split[i] == Split::kHeldOut ? 1 : 0;
  }
  for (const int each : count) EXPECT_NEAR(each, 600, 103);  // five deviations, binomial(2000, 0.3)
}

TEST(Split, RefusesAShareThatLeavesNothingToTrainOn) {
  for (const double fraction : {0.99, 1.0, -0.1, std::nan("")}) {
    for (const bool by_base : {false, true}) {
      const std::string text =
          error_text(ErrorKind::kConfig, [=] { with_fraction(fraction, by_base); });
      EXPECT_TRUE(contains(text, "data.probe_fraction")) << text;
    }
  }
}

}  // namespace
}  // namespace kairo::late_disambiguation
