#include "core/data/dataset.h"
#include "studies/late_disambiguation/data/options.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "tests/core/data/task_requests.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

using Made = std::shared_ptr<const MemoryDataset>;

std::vector<int64_t> all_examples(const Dataset& data) {
  std::vector<int64_t> all(data.info().n_examples);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

Made with_k(int64_t k, Direction direction = Direction::kBzToA) {
  TaskRequest request = small_request(direction);
  request.data.as<DisambiguationOptions>().k = k;
  return make_dataset(request);
}

std::vector<Alternative> drawn(const Made& data, uint64_t seed) {
  return draw_alternatives(*data, all_examples(*data), seed);
}

TEST(AlternativesTest, OfTwoValuesIsAlwaysTheOther) {
  const Made data = with_k(2);
  for (const Alternative& each : drawn(data, 5)) {
    EXPECT_EQ(each.value, 1 - data->alternatives()->value_of(each.example));
    EXPECT_EQ(each.counterpart, each.example + (each.value == 1 ? 1 : -1));
    EXPECT_FALSE(each.same_answer);
  }
}

TEST(AlternativesTest, CounterpartIsTheExampleWithTheOtherValue) {
  const Made data = with_k(3);
  for (const Alternative& each : drawn(data, 5)) {
    EXPECT_NE(each.value, data->alternatives()->value_of(each.example));
    ASSERT_GE(each.counterpart, 0);
    EXPECT_EQ(data->documents()->of(each.counterpart), data->documents()->of(each.example));
    EXPECT_EQ(data->alternatives()->value_of(each.counterpart), each.value);
    // The counterpart up to the target is the example with its part replaced.
    const auto swapped = data->alternatives()->tokens_with(each.example, each.value);
    for (int64_t pos = 0; pos < fixed_span(*data, "target")->begin; ++pos) {
      EXPECT_EQ(data->arrays().token(each.counterpart, pos), swapped[pos]);
    }
  }
}

TEST(AlternativesTest, AreUniformOverTheOthers) {
  const Made data = with_k(5);
  std::map<std::pair<int64_t, int64_t>, int> count;  // own and other value
  for (uint64_t seed = 0; seed < 400; ++seed) {
    for (const Alternative& each : drawn(data, seed)) {
      ++count[{data->alternatives()->value_of(each.example), each.value}];
    }
  }
  ASSERT_EQ(count.size(), 5u * 4u);  // 12 bases · 400 seeds / 4 others = 1200 each
  double chi_square = 0;
  for (const auto& [pair, n] : count) chi_square += (n - 1200.0) * (n - 1200.0) / 1200.0;
  EXPECT_LT(chi_square, 48);  // 15 degrees of freedom, probability 3e-5
}

TEST(AlternativesTest, OfAnExampleIsTheSameWhateverTheSet) {
  const Made data = with_k(5);
  const std::vector<Alternative> all = drawn(data, 9);
  for (const Alternative& each : draw_alternatives(*data, {41, 3, 17}, 9)) {
    EXPECT_EQ(each.value, all[each.example].value);
    EXPECT_EQ(each.counterpart, all[each.example].counterpart);
  }
}

TEST(AlternativesTest, AnotherSeedDrawsOthers) {
  const Made data = with_k(5);
  const auto first = drawn(data, 1), second = drawn(data, 2);
  int n_equal = 0;
  for (std::size_t i = 0; i < first.size(); ++i) n_equal += first[i].value == second[i].value;
  EXPECT_LT(n_equal, 40);  // of 60, 15 expected
}

TEST(AlternativesTest, KeepTheAnswerAndHaveNoCounterpartIfTheBaseIsTheAnswer) {
  for (const Alternative& each : drawn(with_k(3, Direction::kAzToB), 5)) {
    EXPECT_EQ(each.counterpart, -1);
    EXPECT_TRUE(each.same_answer);
  }
}

TEST(AlternativesTest, AreRefusedIfThereAreNone) {
  EXPECT_FALSE(has_alternatives(*with_k(1)));
  EXPECT_TRUE(contains(error_text(ErrorKind::kConfig, [] { drawn(with_k(1), 1); }),
                       "selector has one value only"));
  for (const Made& data : {with_k(3, Direction::kBToA), with_k(3, Direction::kAToB)}) {
    EXPECT_EQ(data->alternatives(), nullptr);
    EXPECT_TRUE(contains(error_text(ErrorKind::kConfig, [&data] { drawn(data, 1); }),
                         "no part that can be replaced"));
  }
  const Made data = with_k(3);
  const int64_t n = data->info().n_examples;
  error_text(ErrorKind::kShape, [&] { draw_alternatives(*data, {n}, 1); });
}

TEST(AlternativesTest, ReplaceThePartAlone) {
  TaskRequest request = small_request();
  request.attention_dir = AttentionDir::kBidirectional;
  const Made data = make_dataset(request);
  const DatasetArrays& arrays = data->arrays();
  const Span& span = arrays.span("selector");
  const std::vector<int32_t> inputs = data->alternatives()->tokens_with(4, 2);
  ASSERT_EQ(static_cast<int64_t>(inputs.size()), arrays.n_pos);
  for (int64_t pos = 0; pos < arrays.n_pos; ++pos) {
    EXPECT_EQ(inputs[pos],
              span.has(pos) ? arrays.values[2][pos - span.begin] : arrays.input(4, pos));
  }
  error_text(ErrorKind::kShape, [&data] { data->alternatives()->tokens_with(4, 3); });
  error_text(ErrorKind::kShape, [&data] { data->alternatives()->tokens_with(-1, 0); });
}

TEST(MemoryDatasetTest, TakesFourBytesAToken) {
  const Made data = make_dataset(small_request());
  EXPECT_EQ(data->info().memory_bytes, 4 * data->info().n_examples * data->info().n_pos);
}

TEST(DrawExamples, AreDistinctAscendingAndOfTheSplit) {
  TaskRequest request = small_request();
  request.data.as<DisambiguationOptions>().probe_fraction = 0.5;
  const Made data = make_dataset(request);
  for (const Split split : {Split::kTrain, Split::kHeldOut}) {
    const std::vector<int64_t> drawn = draw_examples(*data, split, 7, 1);
    ASSERT_EQ(drawn.size(), 7u);
    for (const int64_t example : drawn) EXPECT_EQ(data->arrays().split[example], split);
    EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
    EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
  }
}

TEST(DrawExamples, ALargerNumberDrawsTheSameAndMore) {
  const Made data = make_dataset(small_request());
  const std::vector<int64_t> few = draw_examples(*data, Split::kTrain, 6, 1);
  const std::vector<int64_t> many = draw_examples(*data, Split::kTrain, 20, 1);
  EXPECT_TRUE(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}

TEST(DrawExamples, TakesAllWhereMoreAreAskedFor) {
  const Made data = make_dataset(small_request());
  EXPECT_EQ(draw_examples(*data, Split::kTrain, 1000, 1), all_examples(*data));
}

TEST(DrawExamples, DependsOnTheSeedAloneAndReachesEveryExample) {
  const Made data = make_dataset(small_request());
  EXPECT_EQ(draw_examples(*data, Split::kTrain, 9, 1), draw_examples(*data, Split::kTrain, 9, 1));
  std::vector<int> count(data->info().n_examples);
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    for (const int64_t example : draw_examples(*data, Split::kTrain, 9, seed)) ++count[example];
  }
  for (const int each : count) EXPECT_NEAR(each, 250, 69);  // five deviations, binomial(1000, 1/4)
}

TEST(DrawExamples, RefusesAnEmptySplitAndAnEmptyDraw) {
  const Made data = make_dataset(small_request());
  const std::string text =
      error_text(ErrorKind::kConfig, [&data] { draw_examples(*data, Split::kHeldOut, 5, 1); });
  EXPECT_TRUE(contains(text, "data.probe_fraction")) << text;
  error_text(ErrorKind::kConfig, [&data] { draw_examples(*data, Split::kTrain, 0, 1); });
}

// One change a part; each must change the hash, and no two alike.
TEST(ContentHash, ChangesWithEveryPart) {
  const DatasetArrays data = arrays_of(small_request());
  std::vector<DatasetArrays> changed(14, data);
  changed[0].name += "x";
  changed[1].vocabulary[5] = "X";
  ++changed[2].tokens[0];
  changed[3].inputs = data.tokens;
  ++changed[3].inputs[17];
  changed[4].labels = labels_table(data);
  changed[4].labels[17] = 4;
  ++changed[5].spans["base"][0].end;
  changed[6].split[3] = Split::kHeldOut;
  ++changed[7].group[3];
  ++changed[8].part_value[3];
  ++changed[9].values[1][0];
  ++changed[10].choices[2][1][0];
  changed[11].floors[0].nats += 1e-6;
  changed[12].ambiguity_nats += 1e-6;
  changed[13].lengths.assign(36, 11);
  std::vector<std::string> hashes = {content_hash(data)};
  for (const DatasetArrays& each : changed) hashes.push_back(content_hash(each));
  EXPECT_EQ(hashes[0].size(), 64u);
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(ContentHash, DoesNotSeeTheLastBitOfALogarithm) {
  DatasetArrays data = arrays_of(small_request());
  const std::string hash = content_hash(data);
  data.ambiguity_nats *= 1 + 3e-16;
  EXPECT_EQ(content_hash(data), hash);
}

// Records of earlier runs name this hash; it must not change.
TEST(ContentHash, OfTheFirstTasksDefaultIsWhatItWas) {
  TaskRequest request;
  request.name = "disambiguation";
  EXPECT_EQ(make_dataset(request)->info().content_hash,
            "06bea7855a52bf6e0330079f478746aac3735ed0b8acecfb0f7b58965abb95d2");
}

}  // namespace
}  // namespace kairo
