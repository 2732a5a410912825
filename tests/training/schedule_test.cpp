#include "training/optim/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace kairo {
namespace {

TrainingOptions options_of(int64_t warmup, int64_t max_steps) {
  TrainingOptions options;
  options.learning_rate = 1e-3;
  options.warmup_steps = warmup;
  options.max_steps = max_steps;
  return options;
}

TEST(Schedule, RisesLinearlyThenFallsByHalfACosineToZero) {
  const TrainingOptions options = options_of(500, 20000);
  EXPECT_DOUBLE_EQ(learning_rate_at(1, options), 1e-3 / 500);
  EXPECT_DOUBLE_EQ(learning_rate_at(250, options), 0.5e-3);
  EXPECT_DOUBLE_EQ(learning_rate_at(500, options), 1e-3);
  EXPECT_NEAR(learning_rate_at(500 + 19500 / 2, options), 0.5e-3, 1e-15);
  EXPECT_NEAR(learning_rate_at(500 + 19500 / 4, options), 1e-3 * (1 + std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_NEAR(learning_rate_at(20000, options), 0, 1e-18);
}

TEST(Schedule, NeverRisesAfterTheWarmUp) {
  const TrainingOptions options = options_of(10, 100);
  for (int64_t s = 11; s <= 100; ++s) {
    EXPECT_LT(learning_rate_at(s, options), learning_rate_at(s - 1, options)) << s;
  }
}

TEST(Schedule, WithoutWarmUpTheCosineBeginsAtOnce) {
  EXPECT_NEAR(learning_rate_at(50, options_of(0, 100)), 0.5e-3, 1e-15);
}

TEST(Schedule, ARunShorterThanItsWarmUpOnlyRises) {
  EXPECT_DOUBLE_EQ(learning_rate_at(20, options_of(500, 20)), 1e-3 * 20 / 500);
  EXPECT_DOUBLE_EQ(learning_rate_at(500, options_of(500, 500)), 1e-3);
}

TEST(Schedule, OtherShapesAtTheirCorners) {
  TrainingOptions options = options_of(100, 1100);
  options.schedule = Schedule::kLinear;
  EXPECT_DOUBLE_EQ(learning_rate_at(100, options), 1e-3);
  EXPECT_DOUBLE_EQ(learning_rate_at(600, options), 0.5e-3);
  EXPECT_DOUBLE_EQ(learning_rate_at(1100, options), 0);
  options.schedule = Schedule::kConstant;
  EXPECT_DOUBLE_EQ(learning_rate_at(50, options), 0.5e-3);
  EXPECT_DOUBLE_EQ(learning_rate_at(1100, options), 1e-3);
  options.schedule = Schedule::kConstantCooldown;
  options.cooldown_fraction = 0.2;  // of 1100: the last 220 steps
  EXPECT_DOUBLE_EQ(learning_rate_at(880, options), 1e-3);
  EXPECT_DOUBLE_EQ(learning_rate_at(990, options), 0.5e-3);
  EXPECT_DOUBLE_EQ(learning_rate_at(1100, options), 0);
}

// Periods of 100, 200, 400 steps behind a warm-up of 50.
TEST(Schedule, RestartsAtTheEndOfEachPeriod) {
  TrainingOptions options = options_of(50, 2000);
  options.schedule = Schedule::kCosineRestarts;
  options.restart_steps = 100;
  options.restart_factor = 2;
  for (const int64_t restart : {50, 150, 350, 750}) {
    EXPECT_DOUBLE_EQ(learning_rate_at(restart, options), 1e-3) << restart;
  }
  EXPECT_NEAR(learning_rate_at(100, options), 0.5e-3, 1e-15);
  EXPECT_NEAR(learning_rate_at(250, options), 0.5e-3, 1e-15);
  EXPECT_LT(learning_rate_at(149, options), 1e-6);
}

}  // namespace
}  // namespace kairo
