#include "core/data/target_measures.h"

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "tests/core/data/task_requests.h"

namespace kairo {
namespace {

// Two target tokens and EOS; d_vocab 12.
class TargetMeasuresTest : public testing::Test {
 protected:
  // Logits that are zero but for `height` at the label of each of the three positions.
  std::vector<float> logits_for(int64_t example, float height) const {
    std::vector<float> logits(3 * data_.d_vocab());
    for (int64_t i = 0; i < 3; ++i) logits[i * data_.d_vocab() + label(example, i)] = height;
    return logits;
  }
  int64_t label(int64_t example, int64_t i) const {
    return data_.token(example, data_.span("target").begin + i);
  }
  std::vector<TargetMeasures> measured(const std::vector<int64_t>& examples,
                                       const std::vector<float>& logits, int64_t width) const {
    return measure_targets(*dataset_, examples, dataset_->batch(examples), {logits.data(), width});
  }
  TargetMeasures measure(int64_t example, const std::vector<float>& logits) const {
    return measured({example}, logits, data_.d_vocab())[0];
  }

  const std::shared_ptr<const MemoryDataset> dataset_ = make_dataset(small_request());
  const DatasetArrays& data_ = dataset_->arrays();
};

TEST_F(TargetMeasuresTest, FlatLogitsLoseLogOfTheVocabulary) {
  const TargetMeasures measures = measure(5, std::vector<float>(36));
  EXPECT_NEAR(measures.loss, std::log(12.0), 1e-12);
  EXPECT_NEAR(measures.first_target_loss, std::log(12.0), 1e-12);
  EXPECT_EQ(measures.accuracy, 0);  // the largest is PAD, the lowest of equals
}

// Logit log 11 against 11 zeros: probability 11/22 = 1/2.
TEST_F(TargetMeasuresTest, CertaintyOfOneHalfLosesLogTwo) {
  const TargetMeasures measures = measure(5, logits_for(5, std::log(11.0f)));
  EXPECT_NEAR(measures.loss, std::log(2.0), 1e-6);
  EXPECT_NEAR(measures.first_target_loss, std::log(2.0), 1e-6);
  EXPECT_EQ(measures.accuracy, 1);
  EXPECT_EQ(measures.exact_match, 1);
}

TEST_F(TargetMeasuresTest, EachPositionCountsWhereItShould) {
  const float height = 50;
  std::vector<float> wrong_first = logits_for(5, height);
  wrong_first[label(5, 0)] = 0;
  const TargetMeasures first = measure(5, wrong_first);
  EXPECT_NEAR(first.first_target_loss, std::log(12.0), 1e-6);
  EXPECT_NEAR(first.loss, std::log(12.0) / 3, 1e-6);
  EXPECT_EQ(first.accuracy, 0.5);
  EXPECT_EQ(first.exact_match, 0);
  std::vector<float> wrong_eos = logits_for(5, height);
  wrong_eos[2 * 12 + label(5, 2)] = 0;
  const TargetMeasures eos = measure(5, wrong_eos);
  EXPECT_NEAR(eos.first_target_loss, 0, 1e-6);
  EXPECT_NEAR(eos.loss, std::log(12.0) / 3, 1e-6);
  EXPECT_EQ(eos.accuracy, 1);  // EOS does not count
  EXPECT_EQ(eos.exact_match, 1);
}

TEST_F(TargetMeasuresTest, RowsFollowTheOrderOfTheExamples) {
  std::vector<float> logits = logits_for(30, 40);
  const std::vector<float> flat(36);
  logits.insert(logits.end(), flat.begin(), flat.end());
  const std::vector<TargetMeasures> both = measured({30, 2}, logits, 12);
  EXPECT_EQ(both[0].exact_match, 1);
  EXPECT_NEAR(both[1].loss, std::log(12.0), 1e-12);
}

// Was: rows of logits were taken as far apart as the task's vocabulary is large, so a model with a
// larger d_vocab was measured on other positions' logits, silently.
TEST_F(TargetMeasuresTest, TheWidthIsThatOfTheLogitsNotOfTheTasksVocabulary) {
  constexpr int64_t kWidth = 20;
  std::vector<float> logits(2 * 3 * kWidth);
  for (int64_t i = 0; i < 3; ++i) {
    logits[i * kWidth + label(30, i)] = std::log(19.0f);
    logits[(3 + i) * kWidth + label(2, i)] = std::log(19.0f);
  }
  logits[kWidth - 1] = 40;  // a token that the task does not have: it counts as any other
  const std::vector<TargetMeasures> both = measured({30, 2}, logits, kWidth);
  EXPECT_NEAR(both[0].first_target_loss, 40 - std::log(19.0), 1e-5);
  EXPECT_EQ(both[0].accuracy, 0.5);
  EXPECT_NEAR(both[1].loss, std::log(2.0), 1e-6);  // 19 / 38
  EXPECT_EQ(both[1].exact_match, 1);
  EXPECT_THROW(measured({30}, logits, 11), Error);
}

TEST_F(TargetMeasuresTest, LargeLogitsDoNotOverflowAndNansShow) {
  std::vector<float> logits = logits_for(5, 3e38f);
  EXPECT_EQ(measure(5, logits).loss, 0);
  logits[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(measure(5, logits).loss));
}

// Examples of length 3 and 5, labels anywhere: loss over each one's own, nothing at the padding.
TEST(TargetMeasuresOfAnyLabels, AreMeansOverTheLabelsOfEachExample) {
  DatasetArrays arrays;
  arrays.name = "uneven";
  arrays.vocabulary = {"PAD", "a", "b", "c"};
  arrays.n_examples = 2;
  arrays.n_pos = 5;
  arrays.tokens = {1, 2, 3, 0, 0, 2, 1, 3, 1, 2};
  arrays.labels = {-1, 3, -1, -1, -1, 1, -1, -1, 2, -1};
  arrays.lengths = {3, 5};
  arrays.split = {Split::kTrain, Split::kTrain};
  const MemoryDataset data(arrays);
  const Batch batch = data.batch({0, 1});
  EXPECT_EQ(labelled_positions(batch), (std::vector<int64_t>{0, 1, 3}));
  std::vector<float> logits(2 * 3 * 4);
  logits[1 * 4 + 3] = std::log(3.0f);  // example 0, position 1: right with 3 of 6
  logits[12 + 0 * 4 + 2] = 50;         // example 1, position 0: wrong
  logits[12 + 2 * 4 + 2] = 50;         // and position 3: right
  const auto measured = measure_targets(data, {0, 1}, batch, {logits.data(), 4});
  EXPECT_NEAR(measured[0].loss, std::log(2.0), 1e-6);
  EXPECT_EQ(measured[0].accuracy, 1);
  EXPECT_NEAR(measured[1].loss, 25, 1e-6);
  EXPECT_EQ(measured[1].accuracy, 0.5);
  EXPECT_EQ(measured[1].exact_match, 0);
  // A batch is cut to its longest.
  EXPECT_EQ(data.batch({0}).n_pos, 3);
}

}  // namespace
}  // namespace kairo
