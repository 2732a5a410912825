#include "training/run/batches.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"

namespace kairo {
namespace {

const std::vector<int64_t> kExamples = {2, 3, 5, 7, 11, 13, 17};

std::vector<std::vector<int64_t>> draw(Batches& batches, int n) {
  std::vector<std::vector<int64_t>> drawn;
  for (int i = 0; i < n; ++i) drawn.push_back(batches.next());
  return drawn;
}

TEST(Batches, AnEpochHoldsEveryExampleOnceAndKeepsTheShortLastBatch) {
  Batches batches(kExamples, 3, 0);
  EXPECT_EQ(batches.batches_per_epoch(), 3);
  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<int64_t> seen;
    for (const std::size_t size : {3, 3, 1}) {
      const std::vector<int64_t> batch = batches.next();
      EXPECT_EQ(batch.size(), size);
      EXPECT_EQ(batches.epoch(), epoch);
      seen.insert(seen.end(), batch.begin(), batch.end());
    }
    EXPECT_EQ(batches.examples_given(), (epoch + 1) * 7);
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, kExamples);
  }
}

// The example of batches.h.
TEST(Batches, AreThoseOfTheExampleAndGoOnFromEpochAndCursor) {
  using Drawn = std::vector<std::vector<int64_t>>;
  Batches batches(kExamples, 3, 0), resumed(kExamples, 3, 0);
  EXPECT_EQ(draw(batches, 5), (Drawn{{13, 3, 17}, {11, 7, 5}, {2}, {7, 3, 11}, {2, 13, 5}}));
  TrainingState state;
  batches.save(state);
  EXPECT_EQ(state.integers.at("data_epoch"), (std::vector<int64_t>{1}));
  EXPECT_EQ(state.integers.at("data_cursor"), (std::vector<int64_t>{6}));
  resumed.restore(state, "file");
  EXPECT_EQ(resumed.next(), (std::vector<int64_t>{17}));
}

TEST(Batches, OrderDependsOnSeedAndEpoch) {
  Batches a(kExamples, 7, 1), same(kExamples, 7, 1), other(kExamples, 7, 2);
  const auto first = a.next();
  EXPECT_EQ(first, same.next());
  EXPECT_NE(first, other.next());
  EXPECT_NE(first, a.next());
}

TEST(Batches, RestoredInMidEpochGoesOnTheSame) {
  Batches whole(kExamples, 3, 4), begun(kExamples, 3, 4), resumed(kExamples, 3, 4);
  draw(whole, 5);
  draw(begun, 5);
  TrainingState state;
  begun.save(state);
  resumed.restore(state, "file");
  EXPECT_EQ(draw(resumed, 8), draw(whole, 8));
}

// Older checkpoints keep the epoch's order, which (seed, epoch) gives again.
TEST(Batches, GoesOnFromAnOlderCheckpointWithTheOrderInIt) {
  Batches whole(kExamples, 3, 4), begun(kExamples, 3, 4), resumed(kExamples, 3, 4);
  draw(whole, 5);
  draw(begun, 5);
  TrainingState state;
  begun.save(state);
  state.integers.erase("data_examples");
  state.integers["data_order"] = kExamples;
  resumed.restore(state, "file");
  EXPECT_EQ(draw(resumed, 8), draw(whole, 8));
  state.integers["data_order"].pop_back();
  EXPECT_THROW(resumed.restore(state, "file"), Error);
}

TEST(Batches, RefusesTheStateOfAnotherRun) {
  Batches batches(kExamples, 3, 4);
  TrainingState state;
  batches.save(state);
  EXPECT_THROW(Batches(kExamples, 3, 5).restore(state, "file"), Error);
  EXPECT_THROW(Batches({1, 2, 3}, 3, 4).restore(state, "file"), Error);
  state.integers["data_cursor"] = {8};
  EXPECT_THROW(batches.restore(state, "file"), Error);
  state.integers.erase("data_cursor");
  EXPECT_THROW(batches.restore(state, "file"), Error);
}

TEST(Batches, RefusesNoExamples) { EXPECT_THROW(Batches({}, 3, 0), Error); }

}  // namespace
}  // namespace kairo
