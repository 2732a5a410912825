#include <gtest/gtest.h>

#include "core/base/error.h"
#include "training/run/checkpoint_plan.h"
#include "training/run/stop_rule.h"

namespace kairo {
namespace {

using Steps = std::vector<int64_t>;

TrainingOptions short_run() {
  TrainingOptions options;
  options.max_steps = 1000;
  options.checkpoint_every = 200;
  options.stop_when_solved = 0.9;
  return options;
}

TEST(CheckpointPlan, HasBothEndsTheSpacingAndTheFurtherSteps) {
  TrainingOptions options = short_run();
  options.max_steps = 500;
  options.checkpoint_steps = {7, 400};
  EXPECT_EQ(CheckpointPlan(options).steps(), (Steps{0, 7, 200, 400, 500}));
}

TEST(CheckpointPlan, DueAgreesWithSteps) {
  TrainingOptions options = short_run();
  options.checkpoint_log_spaced = 6;
  const CheckpointPlan plan(options);
  Steps due;
  for (int64_t step = 0; step <= 1000; ++step) {
    if (plan.due(step)) due.push_back(step);
  }
  EXPECT_EQ(due, plan.steps());
}

TEST(CheckpointPlan, LogSpacedStepsAreEvenInTheLogarithmAndEachOnce) {
  EXPECT_EQ(log_spaced_steps(4, 10000), (Steps{1, 10, 100, 1000}));
  EXPECT_EQ(log_spaced_steps(20, 4), (Steps{1, 2, 3}));
  EXPECT_EQ(log_spaced_steps(0, 100), Steps{});
}

TEST(CheckpointPlan, ResumableEverywhereUnlessSpaced) {
  TrainingOptions options = short_run();
  EXPECT_TRUE(CheckpointPlan(options).can_resume(200));
  options.optimizer_state_every = 400;
  const CheckpointPlan plan(options);
  EXPECT_TRUE(plan.can_resume(0));
  EXPECT_FALSE(plan.can_resume(200));
  EXPECT_TRUE(plan.can_resume(1000));
}

TEST(CheckpointPlan, RefusesAStepBeyondTheEnd) {
  TrainingOptions options = short_run();
  options.checkpoint_steps = {1001};
  EXPECT_THROW(CheckpointPlan{options}, Error);
}

TEST(StopRule, NeedsThreeEvaluationsInARowAndTenSpacingsMore) {
  StopRule rule(short_run());
  rule.observe(100, 0.95);
  rule.observe(200, 0.95);
  rule.observe(300, 0.9);  // not above
  rule.observe(400, 0.95);
  rule.observe(500, 0.95);
  EXPECT_FALSE(rule.solved());
  rule.observe(600, 0.95);
  EXPECT_TRUE(rule.solved());
  rule.observe(700, 0.1);  // what comes later does not matter
  EXPECT_FALSE(rule.should_stop(600 + 10 * 200 - 1));
  EXPECT_TRUE(rule.should_stop(600 + 10 * 200));
}

TEST(StopRule, NeverStopsWhereSwitchedOff) {
  TrainingOptions options = short_run();
  options.stop_when_solved = 0;
  StopRule rule(options);
  for (int64_t step = 0; step < 10; ++step) rule.observe(step, 1);
  EXPECT_FALSE(rule.solved());
}

TEST(StopRule, RestoredCountsOn) {
  StopRule begun(short_run()), resumed(short_run());
  begun.observe(100, 1);
  begun.observe(200, 1);
  TrainingState state;
  begun.save(state);
  resumed.restore(state, "file");
  resumed.observe(300, 1);
  EXPECT_TRUE(resumed.solved());
  EXPECT_THROW(resumed.restore({}, "file"), Error);
}

}  // namespace
}  // namespace kairo
