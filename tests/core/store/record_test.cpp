#include "core/store/record.h"

#include <gtest/gtest.h>

#include "tests/core/store/example_record.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

Quantity per_example(const std::vector<Axis>& axes, int64_t rows,
                     const std::vector<float>& values) {
  Quantity quantity;
  quantity.name = "q";
  quantity.axes = axes;
  quantity.per_example_rows = rows;
  quantity.per_example = values;
  return quantity;
}

// 1, 2, 6: mean 3, deviations -2, -1, 3, variance 14/2, standard error sqrt(7/3).
TEST(Summarize, MeanAndStandardErrorOfThreeNumbers) {
  Quantity quantity = per_example({}, 3, {1, 2, 6});
  summarize(quantity);
  EXPECT_EQ(quantity.mean, std::vector<double>{3});
  EXPECT_DOUBLE_EQ(quantity.standard_error.at(0), std::sqrt(7.0 / 3.0));
  EXPECT_EQ(quantity.n_examples, 3);
}

TEST(Summarize, NanIsLeftOutPerElement) {
  const float nan = static_cast<float>(kNan);
  Quantity quantity = per_example({{"pos", {0, 1, 2}}}, 3, {1, nan, nan, 3, 5, nan, nan, nan, nan});
  summarize(quantity);
  EXPECT_EQ(quantity.mean[0], 2);
  EXPECT_EQ(quantity.standard_error[0], 1);  // deviations -1 and 1: sqrt(2 / 1 / 2)
  EXPECT_EQ(quantity.mean[1], 5);
  EXPECT_TRUE(std::isnan(quantity.standard_error[1]));  // one value has no spread
  EXPECT_TRUE(std::isnan(quantity.mean[2]));
  EXPECT_EQ(quantity.n_examples, 2);  // the last row has no value at all
}

TEST(Summarize, ASmallSpreadAroundALargeMeanIsKept) {
  Quantity quantity = per_example({}, 2, {16777214, 16777216});
  summarize(quantity);
  EXPECT_EQ(quantity.mean[0], 16777215);  // no float32, so summed in double
  EXPECT_EQ(quantity.standard_error[0], 1);
}

TEST(Summarize, ElementsDoNotMix) {
  Quantity quantity =
      per_example({{"layer", {0, 1}}, {"pos", {0, 1}}}, 2, {1, 2, 3, 4, 1, 2, 3, 4});
  summarize(quantity);
  EXPECT_EQ(quantity.mean, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(quantity.standard_error, (std::vector<double>{0, 0, 0, 0}));
}

// n values of 1 and -1 in turn: variance n/(n-1), standard error 1/sqrt(n-1).
TEST(Summarize, TheStandardErrorFallsWithTheRootOfN) {
  for (int64_t n : {2, 10, 1000}) {
    std::vector<float> values;
    for (int64_t i = 0; i < n; ++i) values.push_back(i % 2 == 0 ? 1.0f : -1.0f);
    Quantity quantity = per_example({}, n, values);
    summarize(quantity);
    EXPECT_EQ(quantity.mean[0], 0);
    EXPECT_DOUBLE_EQ(quantity.standard_error[0], 1 / std::sqrt(static_cast<double>(n - 1)));
  }
}

TEST(Summarize, NoExamplesGiveNan) {
  Quantity quantity = per_example({{"pos", {0, 1}}}, 0, {});
  summarize(quantity);
  EXPECT_TRUE(std::isnan(quantity.mean[1]));
  EXPECT_EQ(quantity.n_examples, 0);
}

TEST(Summarize, SizesMustAgree) {
  Quantity quantity = per_example({{"pos", {0, 1}}}, 2, {1, 2, 3});
  error_of(ErrorKind::kShape, [&] { summarize(quantity); });
}

TEST(Merge, StepsAreJoinedInOrder) {
  const Record record = example_record();
  EXPECT_EQ(record.steps, (std::vector<int64_t>{0, 200, 400}));
  EXPECT_EQ(record.checkpoint_hashes[1], "hash200");
  const SeriesQuantity& loss = record.quantity("loss");
  EXPECT_EQ(loss.mean, (std::vector<double>{1, 201, 401}));
  EXPECT_EQ(loss.n_examples, (std::vector<int64_t>{2, 2, 2}));
  EXPECT_EQ(loss.per_example.size(), 9u);
  const SeriesQuantity& effect = record.quantity("effect/resid_pre");
  EXPECT_EQ(effect.mean.size(), 18u);
  EXPECT_EQ(effect.per_example[18 + 5], 200 + 5.0f / 8);
  EXPECT_TRUE(record.quantity("a_ratio").per_example.empty());
}

TEST(Merge, StepsMustAgree) {
  const auto refused = [](const StepRecord& second) {
    error_of(ErrorKind::kShape, [&] { merge(example_key(), {example_step(100), second}); });
  };
  refused(example_step(100));
  refused(example_step(50));
  StepRecord other = example_step(200);
  other.quantities.pop_back();
  refused(other);
  other = example_step(200);
  std::swap(other.quantities[0], other.quantities[1]);
  refused(other);
  other = example_step(200);
  other.quantities[1].axes[1].values = {3, 4, 10};
  refused(other);
  other = example_step(200);
  other.quantities[1].axes[1].names = {"a", "b", "c"};
  refused(other);
  other = example_step(200);
  other.quantities[0].mean.clear();
  refused(other);
  other = example_step(200);
  other.quantities[0].per_example_rows = 0;
  other.quantities[0].per_example.clear();
  refused(other);
}

TEST(Record, AnUnknownQuantityNamesTheNearest) {
  const Record record = example_record();
  EXPECT_TRUE(record.has("loss"));
  EXPECT_FALSE(record.has("los"));
  const std::string text = error_of(ErrorKind::kNotFound, [&] { record.quantity("los"); });
  EXPECT_TRUE(contains(text, "did you mean") && contains(text, "loss")) << text;
}

TEST(Label, CannotLeaveItsFolderOrTakeAnotherLabelsFile) {
  for (const char* label : {"", "..", "a/b", ".a", "default.h5", "default.csv", "a b"}) {
    error_of(ErrorKind::kUsage, [&] { check_label(label); });
  }
  for (const char* label : {"default", "all_positions", "v1.2", "h5"}) check_label(label);
}

}  // namespace
}  // namespace kairo
