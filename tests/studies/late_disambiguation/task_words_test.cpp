#include "studies/late_disambiguation/task_words.h"

#include <gtest/gtest.h>

#include "core/data/task.h"
#include "studies/late_disambiguation/data/options.h"

namespace kairo::late_disambiguation {
namespace {

DatasetArrays dataset_of(Direction direction, int64_t k) {
  TaskRequest request{"disambiguation", {}, AttentionDir::kCausal, 0};
  request.data.as<DisambiguationOptions>().task = direction;
  request.data.as<DisambiguationOptions>().k = k;
  request.data.as<DisambiguationOptions>().n_unique_b = 12;
  return make_dataset(request)->arrays();
}

std::string term(const TaskBox& box, const std::string& name) {
  for (const auto& [term, meaning] : box.terms) {
    if (term == name) return meaning;
  }
  return "";
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Reports used z, a, q, B and K and never said what they are.
TEST(TaskBox, ShowsARealExampleWithEveryNameUnderItsTokens) {
  const DatasetArrays data = dataset_of(Direction::kBzToA, 10);
  const TaskBox box = task_box(data);
  ASSERT_EQ(box.sequence.size(), 3U);
  EXPECT_EQ(box.sequence[0].rfind("BOS  ", 0), 0U);
  // "BOS  b b b b b b  SEP  z z  SEP  a a a a  EOS"
  EXPECT_EQ(box.sequence[0].size(), 45U) << box.sequence[0];
  EXPECT_EQ(box.sequence[1].find("base B"), 5U);
  EXPECT_EQ(box.sequence[1].find('z'), 23U);
  EXPECT_EQ(box.sequence[1].find("target A"), 33U);
  EXPECT_EQ(box.sequence[2].find('q'), box.sequence[0].rfind("SEP"));
  EXPECT_EQ(term(box, "a").substr(0, 1), box.sequence[0].substr(33, 1));
  EXPECT_TRUE(says(term(box, "q"), "position 10"));
  EXPECT_TRUE(says(term(box, "K"), "K = 10 targets; only z tells which."));
  // The example is one of the dataset, and a' differs from a.
  EXPECT_FALSE(term(box, "a'").empty());
  EXPECT_NE(term(box, "a'").substr(0, 1), term(box, "a").substr(0, 1));
}

TEST(TaskBox, SaysTheTruthForEveryDirectionAndForOneTarget) {
  const TaskBox redundant = task_box(dataset_of(Direction::kAzToB, 10));
  EXPECT_FALSE(term(redundant, "base A").empty());
  EXPECT_FALSE(term(redundant, "target B").empty());
  EXPECT_TRUE(says(redundant.summary, "redundant"));
  EXPECT_TRUE(says(term(redundant, "K"), "K = 10 strings A share this B"));
  EXPECT_TRUE(term(redundant, "a'").empty());
  const TaskBox ambiguous = task_box(dataset_of(Direction::kBToA, 10));
  EXPECT_TRUE(term(ambiguous, "selector z").empty());
  EXPECT_TRUE(says(term(ambiguous, "K"), "nothing tells which"));
  EXPECT_TRUE(says(ambiguous.summary, "cannot be told apart"));
  const TaskBox plain = task_box(dataset_of(Direction::kAToB, 10));
  EXPECT_TRUE(says(plain.summary, "A alone determines B"));
  const TaskBox one = task_box(dataset_of(Direction::kBzToA, 1));
  EXPECT_TRUE(says(term(one, "K"), "one target"));
  EXPECT_TRUE(says(one.summary, "not needed"));
  EXPECT_TRUE(term(one, "a'").empty());
}

TEST(TaskBox, SaysThatABidirectionalModelReadsPad) {
  TaskRequest request{"disambiguation", {}, AttentionDir::kBidirectional, 0};
  request.data.as<DisambiguationOptions>().n_unique_b = 12;
  EXPECT_TRUE(says(task_box(make_dataset(request)->arrays()).summary, "PAD"));
}

TEST(TaskBox, IsEmptyWithoutExamples) { EXPECT_TRUE(task_box(DatasetArrays{}).title.empty()); }

}  // namespace
}  // namespace kairo::late_disambiguation
