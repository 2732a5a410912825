#include "core/data/dataset.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "tests/core/data/task_requests.h"

namespace kairo {
namespace {

std::vector<int64_t> all_examples(const Dataset& data) {
  std::vector<int64_t> all(data.n_examples);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

Dataset with_k(int64_t k, Direction direction = Direction::kBzToA) {
  TaskRequest request = small_request(direction);
  request.data.k = k;
  return make_dataset(request);
}

TEST(SelectorSwap, OfTwoSelectorsIsAlwaysTheOther) {
  const Dataset data = with_k(2);
  for (const SelectorSwap& swap : draw_selector_swaps(data, all_examples(data), 5)) {
    EXPECT_EQ(swap.selector, 1 - data.selector[swap.example]);
    EXPECT_EQ(swap.counterpart, swap.example + (swap.selector == 1 ? 1 : -1));
    EXPECT_FALSE(swap.same_answer);
  }
}

TEST(SelectorSwap, CounterpartHasTheBaseAndTheOtherSelector) {
  const Dataset data = with_k(3);
  for (const SelectorSwap& swap : draw_selector_swaps(data, all_examples(data), 5)) {
    EXPECT_NE(swap.selector, data.selector[swap.example]);
    ASSERT_GE(swap.counterpart, 0);
    EXPECT_EQ(data.group[swap.counterpart], data.group[swap.example]);
    EXPECT_EQ(data.selector[swap.counterpart], swap.selector);
    // The counterpart up to the target is the example with its selector replaced.
    const std::vector<int64_t> swapped = inputs_with_selector(data, swap.example, swap.selector);
    for (int64_t pos = 0; pos < data.target().begin; ++pos) {
      EXPECT_EQ(data.token(swap.counterpart, pos), swapped[pos]);
    }
  }
}

TEST(SelectorSwap, IsUniformOverTheOthers) {
  const Dataset data = with_k(5);
  std::map<std::pair<int64_t, int64_t>, int> count;  // own and other selector
  for (uint64_t seed = 0; seed < 400; ++seed) {
    for (const SelectorSwap& swap : draw_selector_swaps(data, all_examples(data), seed)) {
      ++count[{data.selector[swap.example], swap.selector}];
    }
  }
  ASSERT_EQ(count.size(), 5u * 4u);  // 12 bases · 400 seeds / 4 others = 1200 each
  double chi_square = 0;
  for (const auto& [pair, n] : count) chi_square += (n - 1200.0) * (n - 1200.0) / 1200.0;
  EXPECT_LT(chi_square, 48);  // 15 degrees of freedom, probability 3e-5
}

TEST(SelectorSwap, OfAnExampleIsTheSameWhateverTheSet) {
  const Dataset data = with_k(5);
  const std::vector<SelectorSwap> all = draw_selector_swaps(data, all_examples(data), 9);
  for (const SelectorSwap& swap : draw_selector_swaps(data, {41, 3, 17}, 9)) {
    EXPECT_EQ(swap.selector, all[swap.example].selector);
    EXPECT_EQ(swap.counterpart, all[swap.example].counterpart);
  }
}

TEST(SelectorSwap, AnotherSeedDrawsOthers) {
  const Dataset data = with_k(5);
  const auto first = draw_selector_swaps(data, all_examples(data), 1);
  const auto second = draw_selector_swaps(data, all_examples(data), 2);
  int n_equal = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    n_equal += first[i].selector == second[i].selector ? 1 : 0;
  }
  EXPECT_LT(n_equal, 40);  // of 60, 15 expected
}

TEST(SelectorSwap, KeepsTheAnswerAndHasNoCounterpartWhereTheBaseIsTheAnswer) {
  const Dataset data = with_k(3, Direction::kAzToB);
  for (const SelectorSwap& swap : draw_selector_swaps(data, all_examples(data), 5)) {
    EXPECT_EQ(swap.counterpart, -1);
    EXPECT_TRUE(swap.same_answer);
  }
}

TEST(SelectorSwap, IsRefusedWhereThereIsNoOtherSelector) {
  for (const Dataset& data :
       {with_k(1), with_k(3, Direction::kBToA), with_k(3, Direction::kAToB)}) {
    const std::string text =
        error_text(ErrorKind::kConfig, [&data] { draw_selector_swaps(data, {0}, 1); });
    EXPECT_TRUE(contains(text, "no other selector")) << text;
  }
  const Dataset data = with_k(3);
  error_text(ErrorKind::kShape, [&data] { draw_selector_swaps(data, {data.n_examples}, 1); });
}

TEST(InputsWithSelector, ReplacesTheSelectorAlone) {
  TaskRequest request = small_request();
  request.attention_dir = AttentionDir::kBidirectional;
  const Dataset data = make_dataset(request);
  const Span& span = data.spans.at("selector");
  const std::vector<int64_t> inputs = inputs_with_selector(data, 4, 2);
  ASSERT_EQ(static_cast<int64_t>(inputs.size()), data.n_pos);
  for (int64_t pos = 0; pos < data.n_pos; ++pos) {
    const bool inside = pos >= span.begin && pos < span.end;
    EXPECT_EQ(inputs[pos],
              inside ? data.selectors[2][pos - span.begin] : data.inputs[4 * data.n_pos + pos]);
  }
  error_text(ErrorKind::kShape, [&data] { inputs_with_selector(data, 4, 3); });
  error_text(ErrorKind::kShape, [&data] { inputs_with_selector(data, -1, 0); });
}

TEST(DrawExamples, AreDistinctAscendingAndOfTheSplit) {
  TaskRequest request = small_request();
  request.data.probe_fraction = 0.5;
  const Dataset data = make_dataset(request);
  for (const Split split : {Split::kTrain, Split::kHeldOut}) {
    const std::vector<int64_t> drawn = draw_examples(data, split, 7, 1);
    ASSERT_EQ(drawn.size(), 7u);
    for (const int64_t example : drawn) EXPECT_EQ(data.split[example], split);
    EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
    EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
  }
}

TEST(DrawExamples, ALargerNumberDrawsTheSameAndMore) {
  const Dataset data = make_dataset(small_request());
  const std::vector<int64_t> few = draw_examples(data, Split::kTrain, 6, 1);
  const std::vector<int64_t> many = draw_examples(data, Split::kTrain, 20, 1);
  EXPECT_TRUE(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}

TEST(DrawExamples, TakesAllWhereMoreAreAskedFor) {
  const Dataset data = make_dataset(small_request());
  EXPECT_EQ(draw_examples(data, Split::kTrain, 1000, 1), all_examples(data));
}

TEST(DrawExamples, DependsOnTheSeedAloneAndReachesEveryExample) {
  const Dataset data = make_dataset(small_request());
  EXPECT_EQ(draw_examples(data, Split::kTrain, 9, 1), draw_examples(data, Split::kTrain, 9, 1));
  std::vector<int> count(data.n_examples);
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    for (const int64_t example : draw_examples(data, Split::kTrain, 9, seed)) ++count[example];
  }
  for (const int each : count) EXPECT_NEAR(each, 250, 69);  // five deviations, binomial(1000, 1/4)
}

TEST(DrawExamples, RefusesAnEmptySplitAndAnEmptyDraw) {
  const Dataset data = make_dataset(small_request());
  const std::string text =
      error_text(ErrorKind::kConfig, [&data] { draw_examples(data, Split::kHeldOut, 5, 1); });
  EXPECT_TRUE(contains(text, "data.probe_fraction")) << text;
  error_text(ErrorKind::kConfig, [&data] { draw_examples(data, Split::kTrain, 0, 1); });
}

// One change a part; each must change the hash, and no two alike.
TEST(ContentHash, ChangesWithEveryPart) {
  const Dataset data = make_dataset(small_request());
  std::vector<Dataset> changed(13, data);
  changed[0].task += "x";
  changed[1].vocabulary[5] = "X";
  ++changed[2].tokens[17];
  ++changed[3].inputs[17];
  changed[4].labels[17] = 4;
  ++changed[5].spans["base"].end;
  changed[6].split[3] = Split::kHeldOut;
  ++changed[7].group[3];
  ++changed[8].selector[3];
  ++changed[9].selectors[1][0];
  ++changed[10].candidates[2][1][0];
  changed[11].floors[0].nats += 1e-6;
  changed[12].ambiguity_nats += 1e-6;
  std::vector<std::string> hashes = {content_hash(data)};
  for (const Dataset& each : changed) hashes.push_back(content_hash(each));
  EXPECT_EQ(hashes[0].size(), 64u);
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(ContentHash, DoesNotSeeTheLastBitOfALogarithm) {
  Dataset data = make_dataset(small_request());
  const std::string hash = content_hash(data);
  data.ambiguity_nats *= 1 + 3e-16;
  EXPECT_EQ(content_hash(data), hash);
}

}  // namespace
}  // namespace kairo
