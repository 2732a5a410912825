#include "studies/late_disambiguation/data/floors.h"

#include <cmath>

#include "tests/core/data/task_requests.h"

namespace kairo::late_disambiguation {
namespace {

double nats_of(const DatasetArrays& data, const std::string& quantity) {
  for (const Floor& floor : data.floors) {
    if (floor.quantity == quantity) return floor.nats;
  }
  ADD_FAILURE() << "no floor of " << quantity;
  return -1;
}

TEST(Floors, EntropyOfSharesByHand) {
  // Shares 3/4 and 1/4.
  EXPECT_DOUBLE_EQ(entropy_of({{1}, {2}, {1}, {1}}),
                   -0.75 * std::log(0.75) - 0.25 * std::log(0.25));
  EXPECT_DOUBLE_EQ(entropy_of({{1}, {2}, {3}, {4}}), std::log(4.0));
  EXPECT_DOUBLE_EQ(entropy_of({{1, 2}, {1, 3}}), std::log(2.0));
  EXPECT_EQ(entropy_of({{1}, {1}}), 0);
  EXPECT_FALSE(std::signbit(entropy_of({{1}})));
}

// Base 0: first tokens 4, 4, 5 (shares 2/3 and 1/3). Base 1: 4, 5, 6 (log 3).
TEST(Floors, FirstTargetFloorIsTheMeanEntropyOfFirstTokens) {
  DatasetArrays data;
  data.spans["target"] = {{3, 5}};
  data.choices = {{{4, 4}, {4, 5}, {5, 4}}, {{4, 4}, {5, 4}, {6, 4}}};
  data.floors = floors_without_selector(data);
  const double first = -2.0 / 3 * std::log(2.0 / 3) - 1.0 / 3 * std::log(1.0 / 3);
  EXPECT_DOUBLE_EQ(nats_of(data, "first_target_loss"), (first + std::log(3.0)) / 2);
  // Three loss tokens: two of the target, and EOS.
  EXPECT_DOUBLE_EQ(nats_of(data, "loss"), std::log(3.0) / 3);
  for (const Floor& floor : data.floors) EXPECT_EQ(floor.name, "without_selector");
}

TEST(Floors, WholeTargetFloorIsLogKOverLossTokens) {
  for (const Direction direction : {Direction::kBzToA, Direction::kBToA}) {
    const DatasetArrays data = arrays_of(small_request(direction));
    EXPECT_NEAR(nats_of(data, "loss"), std::log(3.0) / (2 + 1), 1e-15);
    EXPECT_GT(nats_of(data, "first_target_loss"), 0);
    EXPECT_LE(nats_of(data, "first_target_loss"), std::log(3.0) + 1e-15);
  }
}

TEST(Floors, FirstTargetFloorIsLogKWhereFirstCharactersDiffer) {
  TaskRequest request = small_request();
  request.data.as<DisambiguationOptions>().enforce_unique_a_first_char_per_b = true;
  EXPECT_NEAR(nats_of(arrays_of(request), "first_target_loss"), std::log(3.0), 1e-15);
}

TEST(Floors, AreZeroWhereTheBaseIsTheAnswerOrKIsOne) {
  for (const Direction direction : {Direction::kAzToB, Direction::kAToB}) {
    const DatasetArrays data = arrays_of(small_request(direction));
    EXPECT_EQ(nats_of(data, "first_target_loss"), 0);
    EXPECT_EQ(nats_of(data, "loss"), 0);
  }
  TaskRequest request = small_request();
  request.data.as<DisambiguationOptions>().k = 1;
  EXPECT_EQ(nats_of(arrays_of(request), "first_target_loss"), 0);
  EXPECT_EQ(arrays_of(request).ambiguity_nats, 0);
}

TEST(Floors, AreAbsentWhereThereAreNoCandidates) {
  EXPECT_TRUE(floors_without_selector(DatasetArrays()).empty());
}

}  // namespace
}  // namespace kairo::late_disambiguation
