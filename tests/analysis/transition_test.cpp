#include "analysis/transition.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "tests/analysis/made_run.h"

namespace kairo {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// Records every 100 steps (D = 100, hold 2 D = 200), threshold 0.5, above.
Crossing crossing_of(const std::vector<double>& values) {
  std::vector<int64_t> steps;
  for (std::size_t i = 0; i < values.size(); ++i) steps.push_back(static_cast<int64_t>(100 * i));
  return find_crossing(steps, values, Side::kAbove, 0.5, 100, 2);
}

void expect_crossing(const Crossing& crossing, EventStatus status, int64_t after, int64_t step) {
  EXPECT_EQ(crossing.status, status);
  EXPECT_EQ(crossing.after, after);
  EXPECT_EQ(crossing.step, step);
}

const Transition& named(const std::vector<Transition>& all, const std::string& name) {
  for (const Transition& t : all) {
    if (t.event.name == name) return t;
  }
  throw std::runtime_error("no event " + name);
}

TEST(Threshold, LiesBetweenTheRecordBeforeAndTheFirstBeyond) {
  expect_crossing(crossing_of({0, 0.2, 0.6, 0.7, 0.8}), EventStatus::kConfirmed, 100, 200);
}

TEST(Threshold, EventMustHoldForTwoSpacings) {
  // Beyond at 100 and 200 alone: 300 lies within [100, 300], so the event is the next stretch, at
  // 400.
  expect_crossing(crossing_of({0, 0.6, 0.6, 0.4, 0.6, 0.6, 0.6}), EventStatus::kConfirmed, 300,
                  400);
  // Beyond at 100, 200 and 300: held for exactly 2 D, whatever comes after.
  expect_crossing(crossing_of({0, 0.6, 0.6, 0.6, 0.4, 0.4, 0.4}), EventStatus::kConfirmed, 0, 100);
}

TEST(Threshold, IsStrict) {
  expect_crossing(crossing_of({0, 0.5, 0.5, 0.5, 0.5}), EventStatus::kNone, -1, -1);
}

TEST(Threshold, NotHeldBeforeTheEndIsUnconfirmed) {
  expect_crossing(crossing_of({0, 0, 0, 0.6, 0.6}), EventStatus::kUnconfirmed, 200, 300);
  expect_crossing(crossing_of({0, 0, 0.6, 0.6, 0.6}), EventStatus::kConfirmed, 100, 200);
}

TEST(Threshold, NeverBeyondIsNone) {
  expect_crossing(crossing_of({0, 0.1, 0.2}), EventStatus::kNone, -1, -1);
  expect_crossing(crossing_of({}), EventStatus::kNone, -1, -1);
}

TEST(Threshold, AShortStretchThatEndsBeforeTheEndIsNone) {
  expect_crossing(crossing_of({0, 0.9, 0.9, 0, 0}), EventStatus::kNone, -1, -1);
}

TEST(Threshold, BeyondFromTheFirstRecordHasNoRecordBefore) {
  expect_crossing(crossing_of({0.9, 0.9, 0.9}), EventStatus::kConfirmed, -1, 0);
}

TEST(Threshold, NanIsNotBeyondOnEitherSide) {
  expect_crossing(crossing_of({kUndefined, 0.9, kUndefined, 0.9, 0.9, 0.9}),
                  EventStatus::kConfirmed, 200, 300);
  const Crossing below =
      find_crossing({0, 1, 2, 3, 4}, {kUndefined, 0, kUndefined, 0, 0}, Side::kBelow, 0.5, 1, 1);
  expect_crossing(below, EventStatus::kConfirmed, 2, 3);
}

TEST(Threshold, IrregularRecordsAreHeldToStepsNotToCounts) {
  // D = 100. Dense records at 205 … 215 are beyond, but 300 lies in [205, 405] and is not.
  const std::vector<int64_t> steps = {0, 100, 200, 205, 210, 215, 300, 400, 450, 600, 601};
  const std::vector<double> values = {0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1};
  expect_crossing(find_crossing(steps, values, Side::kAbove, 0.5, 100, 2), EventStatus::kConfirmed,
                  300, 400);
  const std::vector<int64_t> short_of = {0, 100, 200, 205, 210, 215, 300, 400, 450, 599};
  const std::vector<double> their = {0, 0, 0, 1, 1, 1, 0, 1, 1, 1};
  expect_crossing(find_crossing(short_of, their, Side::kAbove, 0.5, 100, 2),
                  EventStatus::kUnconfirmed, 300, 400);
}

TEST(Threshold, BelowMirrorsAbove) {
  const std::vector<int64_t> steps = {0, 1, 2, 3, 4, 5};
  const std::vector<double> values = {0, 3, 1, 3, 3, 3};
  std::vector<double> negative;
  for (double v : values) negative.push_back(-v);
  const Crossing above = find_crossing(steps, values, Side::kAbove, 2, 1, 2);
  const Crossing below = find_crossing(steps, negative, Side::kBelow, -2, 1, 2);
  expect_crossing(above, EventStatus::kConfirmed, 2, 3);
  expect_crossing(below, above.status, above.after, above.step);
}

TEST(Threshold, RefusesStepsThatDoNotAscendOrMatch) {
  EXPECT_THROW(find_crossing({0, 2, 1}, {0, 0, 0}, Side::kAbove, 0, 1, 2), Error);
  EXPECT_THROW(find_crossing({0, 1}, {0}, Side::kAbove, 0, 1, 2), Error);
}

TEST(Transitions, OfAMadeRunLieWhereTheFormulasCross) {
  // z gap = 6 scale sigmoid((s - 2000 - delay)/80) passes 0.5 near 2000 - 80 log(11) = 1808;
  // accuracy = (3 + exp(-loss))/4 passes 0.9 where the loss is log(1/0.6) = 0.51, that is near 2000
  // + 80 log(3.6).
  const std::vector<Transition> all = find_transitions(made::run());
  const Transition& gap = named(all, "z_gap");
  ASSERT_EQ(gap.crossing.status, EventStatus::kConfirmed);
  EXPECT_NEAR(gap.crossing.step, 1808, 75);
  EXPECT_EQ(gap.crossing.step - gap.crossing.after, 50);
  EXPECT_NEAR(named(all, "accuracy").crossing.step, 2100, 75);
  for (const Transition& t : all) {
    ASSERT_TRUE(t.has_interval) << t.event.name;
    EXPECT_LE(t.low, t.crossing.after) << t.event.name;
    EXPECT_GE(t.high, t.crossing.step) << t.event.name;
    EXPECT_LT(t.high - t.low, 400) << t.event.name;
    EXPECT_EQ(t.n_examples, 64);
    EXPECT_EQ(t.spacing, 50);
  }
}

TEST(Transitions, MoveWithTheTransitionOfTheRun) {
  made::RunOptions late;
  late.transition_step = 2400;
  const Transition early = named(find_transitions(made::run()), "z_gap");
  const Transition moved = named(find_transitions(made::run(late)), "z_gap");
  EXPECT_EQ(moved.crossing.step - early.crossing.step, 400);
}

TEST(Transitions, AreTheSameTwiceAndAnotherSeedChangesIntervalsAlone) {
  RunData run = made::run();
  const std::vector<Transition> once = find_transitions(run), twice = find_transitions(run);
  run.transitions.seed = 99;
  const std::vector<Transition> other = find_transitions(run);
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(describe(once[i]), describe(twice[i]));
    EXPECT_EQ(once[i].crossing.step, other[i].crossing.step);
  }
}

TEST(Transitions, RelativeThresholdIsAFractionOfTheFirstValue) {
  const RunData run = made::run();
  const Transition t = named(find_transitions(run), "first_target_loss_first");
  const double first = run.records.at("performance").quantities[1].mean[0];
  EXPECT_DOUBLE_EQ(t.threshold_value, 0.1 * first);
}

TEST(Transitions, RecordsSparserThanCheckpointsAreHeldAtTheirOwnSpacing) {
  // Replayed every 400 steps, checkpoints every 50: with D = 50 the one record at 400 would hold.
  RunData run;
  run.task = made::kTask;
  run.checkpoint_spacing = 50;
  run.records["z_shuffle"] = made::record_of("z_shuffle", "z_gap", {0, 400, 800, 1200, 1600, 2000},
                                             {{0, 0}, {1, 1}, {0, 0}, {1, 1}, {1, 1}, {1, 1}});
  const Transition t = named(find_transitions(run), "z_gap");
  EXPECT_EQ(t.spacing, 400);
  EXPECT_EQ(t.crossing.step, 1200);
}

TEST(Transitions, RefinedStepsDoNotShortenTheHold) {
  std::vector<int64_t> steps = {0, 100, 200};
  std::vector<std::vector<float>> values = {{0, 0}, {0, 0}, {0, 0}};
  for (int64_t s = 201; s <= 260; ++s) {
    steps.push_back(s);
    values.push_back(s < 250 ? std::vector<float>{1, 1} : std::vector<float>{0, 0});
  }
  RunData run;
  run.task = made::kTask;
  run.checkpoint_spacing = 100;
  run.records["z_shuffle"] = made::record_of("z_shuffle", "z_gap", steps, values);
  const Transition t = named(find_transitions(run), "z_gap");
  EXPECT_EQ(t.spacing, 100);
  EXPECT_EQ(t.crossing.status, EventStatus::kNone);
}

TEST(Spacing, IsTheOneBeforeRefinement) {
  // Every 100 steps to 1000, and every step within (400, 600]: 200 of the 208 distances are 1, and
  // yet 800 of the 1000 steps lie between records 100 apart.
  std::vector<int64_t> steps;
  for (int64_t s = 0; s <= 1000; s += s >= 400 && s < 600 ? 1 : 100) steps.push_back(s);
  EXPECT_EQ(spacing_before_refinement(steps, 50), 100);
  EXPECT_EQ(spacing_before_refinement(steps, 200), 200);
  EXPECT_EQ(spacing_before_refinement({0, 100, 400, 700}, 1), 300);
  EXPECT_EQ(spacing_before_refinement({}, 0), 1);
}

TEST(Transitions, ARefinedWindowNarrowsTheIntervalAndKeepsTheHold) {
  // Replayed every 400 steps, checkpoints every 50, one window at every step.
  std::vector<int64_t> steps;
  std::vector<std::vector<float>> values;
  for (int64_t s = 0; s <= 4000; s += s >= 1600 && s < 2000 ? 1 : 400) {
    steps.push_back(s);
    values.push_back(s >= 1777 ? std::vector<float>{1, 1} : std::vector<float>{0, 0});
  }
  RunData run;
  run.task = made::kTask;
  run.checkpoint_spacing = 50;
  run.records["z_shuffle"] = made::record_of("z_shuffle", "z_gap", steps, values);
  const Transition t = named(find_transitions(run), "z_gap");
  EXPECT_EQ(t.spacing, 400);
  EXPECT_EQ(t.crossing.status, EventStatus::kConfirmed);
  EXPECT_EQ(t.crossing.after, 1776);
  EXPECT_EQ(t.crossing.step, 1777);
  EXPECT_EQ(t.low, 1776);
  EXPECT_EQ(t.high, 1777);
}

// The step was known to 1 after a refinement and its interval ended at old records, without a word.
TEST(Transitions, ARefinedEventWithAWideIntervalSaysHowToNarrowIt) {
  std::vector<int64_t> steps;
  std::vector<std::vector<float>> values;
  for (int64_t s = 0; s <= 4000; s += s >= 1600 && s < 2000 ? 1 : 400) {
    steps.push_back(s);
    values.push_back({s >= 1777 ? 1.2f : 0.0f, s >= 2400 ? 1.2f : 0.0f});
  }
  RunData run;
  run.task = made::kTask;
  run.experiment = "quick";
  run.checkpoint_spacing = 400;
  run.records["z_shuffle"] = made::record_of("z_shuffle", "z_gap", steps, values);
  const Transition t = named(find_transitions(run), "z_gap");
  EXPECT_EQ(t.crossing.step, 1777);
  EXPECT_EQ(t.high, 2400);  // of resamples with the second example alone
  EXPECT_EQ(t.narrower, "train --experiment quick --refine 1776:2400 --every 1");
  EXPECT_NE(describe(t).find("to narrow it: train --experiment quick"), std::string::npos);
  // bug: of a run elsewhere the command named no folder and found nothing
  run.runs_folder = "my runs";
  EXPECT_EQ(named(find_transitions(run), "z_gap").narrower,
            "train --experiment quick --output-dir 'my runs' --refine 1776:2400 --every 1");
  // A run with its results elsewhere may only be read: it takes no new checkpoints.
  run.results_dir = "mine";
  EXPECT_EQ(named(find_transitions(run), "z_gap").narrower, "");
  // Without a refinement there is nothing to say, however wide.
  const Transition coarse = named(find_transitions(made::run()), "z_gap");
  EXPECT_EQ(coarse.narrower, "");
}

TEST(Transitions, AMissingSeriesIsListedWithItsReason) {
  made::RunOptions options;
  options.task = made::Task::kOneSelector;
  const std::vector<Transition> all = find_transitions(made::run(options));
  EXPECT_EQ(named(all, "z_gap").left_out, "K = 1: no other selector");
  EXPECT_EQ(describe(named(all, "z_gap")), "left out: K = 1: no other selector");
  EXPECT_TRUE(named(all, "accuracy").left_out.empty());
}

// How long that takes, bench_replay says.
TEST(Transitions, EveryEventIsResampledAsOftenAsIsAskedFor) {
  RunData run = made::run();
  run.transitions.bootstrap_samples = 37;
  for (const Transition& each : find_transitions(run)) {
    EXPECT_EQ(each.bootstrap_samples, 37) << each.event.name;
  }
}

TEST(Describe, SaysStepIntervalAndStatus) {
  Transition t;
  EXPECT_EQ(describe(t), "none");
  t.crossing = {EventStatus::kConfirmed, 2100, 2150};
  t.has_interval = true;
  t.confidence = 0.95;
  t.low = 2050;
  t.high = 2200;
  EXPECT_EQ(describe(t), "2150 (2100, 2150], 95 % interval 2050-2200");
  t.high = std::numeric_limits<double>::infinity();
  EXPECT_EQ(describe(t), "2150 (2100, 2150], 95 % interval 2050-beyond the last record");
  t.crossing = {EventStatus::kUnconfirmed, 19600, 19800};
  EXPECT_EQ(describe(t), "unconfirmed from 19800");
}

}  // namespace
}  // namespace kairo
