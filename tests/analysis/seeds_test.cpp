#include "analysis/stats/seeds.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "analysis/stats/crossing.h"
#include "analysis/stats/quantiles.h"
#include "core/base/error.h"
#include "tests/analysis/made_series.h"

namespace kairo {
namespace {

ReportedEvent event(SeedStatus status, int64_t after, int64_t step, int64_t last = 5000) {
  ReportedEvent e;
  e.name = "z_gap";
  e.title = "z gap";
  e.status = status;
  e.after = after;
  e.step = step;
  e.last_step = last;
  return e;
}

ReportedEvent confirmed(int64_t step) { return event(SeedStatus::kConfirmed, step - 50, step); }

EventOverSeeds over(const std::vector<ReportedEvent>& events) {
  std::vector<ReportedRun> runs;
  for (const ReportedEvent& each : events) {
    runs.push_back({"seed" + std::to_string(runs.size()), {each}, {}});
  }
  return over_seeds(runs, 0.95).events.front();
}

TEST(Quantiles, AreThoseOfTheTables) {
  EXPECT_NEAR(student_t_two_sided(0.95, 4), 2.776, 5e-4);
  EXPECT_NEAR(student_t_two_sided(0.95, 1), 12.706, 5e-4);
}

// Means of the largest of n standard normal values, from tables: 2: 1/sqrt(pi), 10, 100.
TEST(ExpectedLargestNormal, IsThatOfTables) {
  EXPECT_NEAR(expected_largest_normal(1), 0, 1e-12);
  EXPECT_NEAR(expected_largest_normal(2), 0.5642, 0.03);
  EXPECT_NEAR(expected_largest_normal(10), 1.5388, 0.01);
  EXPECT_NEAR(expected_largest_normal(100), 2.5076, 0.01);
}

TEST(Seeds, TIntervalIsOfTheMiddlesAndHasTheVarianceBetweenRecords) {
  // In (950, 1000], (1050, 1100], (1150, 1200]: mean 1075, s = 100, t(2) = 4.3027; between records
  // 50^2/12.
  const EventOverSeeds row = over({confirmed(1000), confirmed(1100), confirmed(1200)});
  ASSERT_TRUE(row.spread.has_t_interval);
  EXPECT_DOUBLE_EQ(row.spread.mean, 1075);
  const double half = 4.3027 * std::sqrt((10000 + 2500.0 / 12) / 3);
  EXPECT_NEAR(row.spread.t_high, 1075 + half, 0.01);
  EXPECT_NEAR(row.spread.t_low, 1075 - half, 0.01);
  EXPECT_EQ(t_interval_text(row.spread, 0.95), "mean 1075, 95 % t interval 824 to 1326");
  EXPECT_EQ(short_t_interval(row.spread), "1075 (824 to 1326)");
}

TEST(Seeds, RangeOfFiveContainsTheMedianWith9375Percent) {
  // All five on one side of the median: 2 · (1/2)^5 = 1/16.
  const EventOverSeeds row =
      over({confirmed(900), confirmed(1000), confirmed(1300), confirmed(1100), confirmed(1200)});
  EXPECT_DOUBLE_EQ(row.spread.range_coverage, 1 - 1.0 / 16);
  EXPECT_EQ(row.spread.range_low, 850);
  EXPECT_EQ(row.spread.range_high, 1300);
  EXPECT_EQ(range_text(row.spread), "850 to 1300 (contains the median with at least 93.75 %)");
  EXPECT_EQ(short_range(row.spread), "850 to 1300 (≥ 93.75 %)");
}

TEST(Seeds, CensoredSeedsAreCountedAndOpenTheRange) {
  const EventOverSeeds row = over({confirmed(900), event(SeedStatus::kCensored, -1, -1),
                                   event(SeedStatus::kUnconfirmed, 4850, 4900)});
  EXPECT_EQ(row.count(SeedStatus::kConfirmed), 1);
  EXPECT_EQ(row.count(SeedStatus::kCensored), 1);
  EXPECT_EQ(row.count(SeedStatus::kUnconfirmed), 1);
  EXPECT_FALSE(row.spread.has_t_interval);
  EXPECT_EQ(row.spread.why_no_t, "unconfirmed in 1 and not reached in 1 of 3 seeds, so no mean");
  EXPECT_EQ(row.spread.range_low, 850);
  EXPECT_TRUE(std::isinf(row.spread.range_high));
  EXPECT_DOUBLE_EQ(row.spread.range_coverage, 0.75);
}

TEST(Seeds, ASeedThatLacksTheSeriesMeasuresNothing) {
  ReportedEvent lacking = confirmed(100);
  lacking.status = SeedStatus::kLeftOut;
  lacking.left_out = "K = 1";
  const EventOverSeeds row = over({confirmed(900), lacking, confirmed(1000), confirmed(1100)});
  EXPECT_EQ(row.count(SeedStatus::kLeftOut), 1);
  EXPECT_DOUBLE_EQ(row.spread.mean, 975);  // (875 + 975 + 1075)/3
  EXPECT_DOUBLE_EQ(row.spread.range_coverage, 0.75);
  EXPECT_EQ(row.seeds.size(), 4u);
}

// Two seeds at 50 and 100 had a t interval from -243 to 443.
TEST(Seeds, TwoSeedsHaveNoTInterval) {
  const EventOverSeeds row = over({confirmed(50), confirmed(100)});
  EXPECT_FALSE(row.spread.has_t_interval);
  EXPECT_EQ(t_interval_text(row.spread, 0.95), "two seeds are too few for an interval");
  EXPECT_EQ(range_text(row.spread), "0 to 100 (contains the median with at least 50 %)");
}

TEST(Seeds, OneSeedHasNoInterval) {
  const EventOverSeeds row = over({confirmed(900)});
  EXPECT_FALSE(row.spread.has_t_interval);
  EXPECT_EQ(row.spread.why_no_t, "fewer than two seeds");
  EXPECT_FALSE(row.spread.has_range);
}

// A series without a break used to count as one that broke after its last record: "3 confirmed, 2
// censored, 400 to beyond the last record".
TEST(Seeds, ASeedWithoutATransitionIsNoLateOne) {
  const EventOverSeeds row =
      over({confirmed(400), event(SeedStatus::kNoTransition, -1, -1), confirmed(600)});
  EXPECT_EQ(row.count(SeedStatus::kNoTransition), 1);
  EXPECT_EQ(row.count(SeedStatus::kCensored), 0);
  EXPECT_FALSE(row.spread.has_range);
  EXPECT_FALSE(row.spread.has_t_interval);
  EXPECT_EQ(range_text(row.spread), "no transition in 1 of 3 seeds");
  EXPECT_EQ(row.spread.why_no_t, "no transition in 1 of 3 seeds");
}

TEST(Seeds, WhatMayStillComeLaterHasAnOpenUpperBound) {
  for (SeedStatus status : {SeedStatus::kUnconfirmed, SeedStatus::kStillRising}) {
    const SeedValue open = seed_value(status, 100, 200, 900);
    EXPECT_EQ(open.low, 100);
    EXPECT_TRUE(std::isinf(open.high));
    EXPECT_TRUE(std::isnan(open.value));
  }
  EXPECT_EQ(seed_value(SeedStatus::kCensored, -1, -1, 900).low, 900);
  EXPECT_FALSE(
      over({event(SeedStatus::kStillRising, 150, 200), confirmed(200)}).spread.has_t_interval);
}

SeedValue in(double low, double high) {
  return seed_value(SeedStatus::kConfirmed, low, high, 5000);
}

// The interval of a step began below step 0.
TEST(Seeds, AnIntervalOfStepsIsCutAtZeroAndSaysSo) {
  const EventOverSeeds row = over({confirmed(50), confirmed(100), confirmed(400)});
  ASSERT_TRUE(row.spread.has_t_interval);
  EXPECT_EQ(row.spread.t_low, 0);
  EXPECT_TRUE(row.spread.is_cut);
  const std::string text = t_interval_text(row.spread, 0.95);
  EXPECT_NE(text.find("interval 0 to "), std::string::npos) << text;
  EXPECT_NE(text.find("cut at 0, since no step is negative"), std::string::npos) << text;
  EXPECT_NE(short_t_interval(row.spread).find(", cut)"), std::string::npos);
  // A gap of steps may well be negative.
  const SeedSpread gap = spread_over_seeds({in(-60, -50), in(90, 100), in(-410, -400)}, 0.95);
  EXPECT_LT(gap.t_low, 0);
  EXPECT_FALSE(gap.is_cut);
}

TEST(MedianOverSeeds, LiesBetweenTheMediansOfTheBounds) {
  const SeedValue median = median_over_seeds({in(500, 600), in(100, 200), in(700, 800)});
  EXPECT_EQ(median.value, 600);
  EXPECT_EQ(median.low, 500);
  EXPECT_EQ(median.high, 600);
  EXPECT_EQ(median_over_seeds({in(500, 600), in(100, 200)}).value, 400);
}

// An unconfirmed seed used to lend its number to the median.
TEST(MedianOverSeeds, HasAValueOnlyWhereNoOpenSeedCanChangeIt) {
  const SeedValue late = seed_value(SeedStatus::kUnconfirmed, 650, 700, 700);
  EXPECT_EQ(median_over_seeds({in(500, 600), in(100, 200), late}).value, 600);
  const SeedValue early = seed_value(SeedStatus::kUnconfirmed, 300, 350, 350);
  const SeedValue median = median_over_seeds({in(500, 600), in(700, 800), early});
  EXPECT_TRUE(std::isnan(median.value));
  EXPECT_EQ(median.low, 500);
  EXPECT_EQ(median.high, 800);
  EXPECT_TRUE(std::isinf(median_over_seeds({in(100, 200), late}).high));
}

// A series' rises at the three shares; 0: never.
void add_rises(const std::string& series, const std::array<int64_t, 3>& steps, ReportedRun& run) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    ReportedEvent each = steps[i] > 0 ? confirmed(steps[i]) : event(SeedStatus::kCensored, -1, -1);
    each.name = rise_event_name(series, i);
    each.kind = ReportedKind::kRise;
    run.events.push_back(each);
  }
}

ReportedRun run_with(const std::string& name, const std::array<int64_t, 3>& loss,
                     const std::array<int64_t, 3>& accuracy, OrderSign robust) {
  ReportedRun run{name, {}, {{"loss", "accuracy", robust}}};
  add_rises("loss", loss, run);
  add_rises("accuracy", accuracy, run);
  return run;
}

TEST(Seeds, AGapLiesInTheBoundsOfItsRecordsAndHasAnIntervalOverSeeds) {
  // Gaps 100, 200 and 300, each between bounds 100 apart: mean 200, s = 100, t(2) = 4.3027.
  const OrderOverSeeds row =
      over_seeds({run_with("a", {400, 500, 600}, {500, 600, 700}, OrderSign::kFirstEarlier),
                  run_with("b", {400, 500, 600}, {600, 700, 800}, OrderSign::kFirstEarlier),
                  run_with("c", {400, 500, 600}, {700, 800, 900}, OrderSign::kFirstEarlier)},
                 0.95)
          .orders.front();
  const GapOverSeeds& gap = row.at[1];
  EXPECT_EQ(gap.seeds[0].value, 100);
  EXPECT_EQ(gap.seeds[0].low, 50);
  EXPECT_EQ(gap.seeds[0].high, 150);
  const double half = 4.3027 * std::sqrt((10000 + 10000.0 / 12) / 3);
  EXPECT_EQ(gap.spread.mean, 200);
  EXPECT_NEAR(gap.spread.t_low, 200 - half, 0.01);
  EXPECT_NEAR(gap.spread.t_high, 200 + half, 0.01);
  EXPECT_EQ(gap.spread.range_low, 50);
  EXPECT_EQ(gap.spread.range_high, 350);
  EXPECT_EQ(gap.spread.range_coverage, 0.75);
  EXPECT_EQ(row.in_every_seed(), OrderSign::kFirstEarlier);
  EXPECT_EQ(row.n_robust_first, 3);
}

TEST(Seeds, SignsOfGapsAreCountedAndACensoredSeedTellsWhatItsBoundTells) {
  ReportedRun lacking{"d", {}, {}};
  const OrderOverSeeds row =
      over_seeds({run_with("a", {100, 500, 600}, {200, 500, 0}, OrderSign::kMissing),
                  run_with("b", {400, 700, 0}, {300, 600, 0}, OrderSign::kSecondEarlier),
                  run_with("c", {400, 500, 0}, {500, 600, 700}, OrderSign::kUnresolved), lacking},
                 0.95)
          .orders.front();
  EXPECT_EQ(row.at[0].n_first, 2);
  EXPECT_EQ(row.at[0].n_second, 1);
  EXPECT_EQ(row.at[0].n_unknown, 1);  // the run without the series
  EXPECT_EQ(row.at[0].spread.why_no_t, "");
  EXPECT_EQ(row.at[1].n_overlap, 1);
  // Accuracy never: after loss. Neither: not known. Loss never: after accuracy.
  EXPECT_EQ(row.at[2].n_first, 1);
  EXPECT_EQ(row.at[2].n_second, 1);
  EXPECT_EQ(row.at[2].n_unknown, 2);
  EXPECT_EQ(row.at[2].seeds[0].low, 5000 - 600);
  EXPECT_TRUE(std::isinf(row.at[2].spread.range_high));
  EXPECT_EQ(row.at[2].spread.why_no_t, "not reached in 3 of 3 seeds, so no mean");
  EXPECT_EQ(row.in_every_seed(), OrderSign::kUnresolved);
  EXPECT_EQ(row.n_robust_first, 0);
  EXPECT_EQ(row.n_robust_second, 1);
}

// A seed used to count by the sign of the difference of two records, though these were 1000 and 100
// steps apart: (0, 1000] and (1000 - 100, 1100] overlap.
TEST(Seeds, ASignHoldsOnlyWhereTheBoundsOfTheGapTellIt) {
  const auto rise = [](const std::string& series, int64_t after, int64_t step) {
    ReportedEvent each = event(SeedStatus::kConfirmed, after, step);
    each.name = rise_event_name(series, 1);
    return each;
  };
  const auto run = [&](const std::string& name, int64_t after, int64_t step) {
    return ReportedRun{name,
                       {rise("loss", 0, 1000), rise("accuracy", after, step)},
                       {{"loss", "accuracy", OrderSign::kMissing}}};
  };
  const GapOverSeeds gap =
      over_seeds({run("overlapping", 900, 1100), run("after", 1000, 1100)}, 0.95)
          .orders.front()
          .at[1];
  EXPECT_GT(gap.seeds[0].value, 0);
  EXPECT_LT(gap.seeds[0].low, 0);
  EXPECT_EQ(gap.n_overlap, 1);
  EXPECT_EQ(gap.n_first, 1);
}

TEST(Seeds, RefusesNoRunAndTheSameRunTwice) {
  EXPECT_THROW(over_seeds({}, 0.95), Error);
  EXPECT_THROW(over_seeds({{"a", {}, {}}, {"a", {}, {}}}, 0.95), Error);
}

// The crossing of a line through `centre`, seen through AR(1) noise at irregular records.
ReportedEvent seen(double centre, double slope_steps, Random& random) {
  constexpr int64_t kSpacing = 20;
  const std::vector<int64_t> steps = made::irregular_steps(80, 0, kSpacing, random);
  const std::vector<double> noise = made::ar1_noise(steps, kSpacing, 0.9, random);
  std::vector<double> values;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    values.push_back((static_cast<double>(steps[s]) - centre) / slope_steps + 0.05 * noise[s]);
  }
  const Crossing c = find_crossing(steps, values, Side::kAbove, 0, kSpacing, 2);
  const bool confirmed = c.status == EventStatus::kConfirmed;
  return event(confirmed ? SeedStatus::kConfirmed : SeedStatus::kCensored, c.after, c.step,
               steps.back());
}

constexpr int64_t kTables = 500, kSeeds = 5;

struct Coverage {
  double t = 0, range = 0;
};

void judge(const SeedSpread& spread, double truth, Coverage& covered) {
  const bool in_t = spread.has_t_interval && spread.t_low < truth && truth < spread.t_high;
  covered.t += in_t ? 1.0 / kTables : 0;
  covered.range += spread.range_low < truth && truth <= spread.range_high ? 1.0 / kTables : 0;
}

void expect_nominal(const Coverage& covered) {
  EXPECT_GE(covered.t, 0.90);
  EXPECT_LE(covered.t, 0.98);
  EXPECT_GE(covered.range, 0.90);
  EXPECT_LE(covered.range, 0.98);
}

// Seeds whose true steps are N(600, 80^2); the truth is the mean (and median) of the steps over
// seeds.
TEST(Seeds, IntervalsCoverTheTruthOverSeeds) {
  for (double slope_steps : {100.0, 400.0}) {
    Coverage covered;
    for (int64_t i = 0; i < kTables; ++i) {
      Random random(8000, i);
      std::vector<ReportedEvent> seeds;
      for (int64_t seed = 0; seed < kSeeds; ++seed) {
        const double centre = 600 + 80 * random.normal();
        seeds.push_back(seen(centre, slope_steps, random));
      }
      judge(over(seeds).spread, 600, covered);
    }
    expect_nominal(covered);
  }
}

// Records every D steps, the same of all seeds, whose true steps are N(centre, (D/ratio)^2). With
// three seeds in one record s = 0, and the interval used to be that record alone.
TEST(Seeds, TheTIntervalCoversWhereSeedsShareRecords) {
  constexpr double kD = 100;
  for (double ratio : {0.25, 1.0, 2.0, 10.0}) {
    for (int64_t n_seeds : {3, 5}) {
      int64_t covered = 0;
      for (int64_t i = 0; i < kTables; ++i) {
        Random random(8500, i);
        const double centre = 10000 + kD * random.uniform();
        std::vector<SeedValue> seeds;
        for (int64_t seed = 0; seed < n_seeds; ++seed) {
          const double record = kD * std::ceil((centre + kD / ratio * random.normal()) / kD);
          seeds.push_back(seed_value(SeedStatus::kConfirmed, record - kD, record, 20000));
        }
        const SeedSpread spread = spread_over_seeds(seeds, 0.95);
        ASSERT_TRUE(spread.has_t_interval);
        covered += spread.t_low < centre && centre < spread.t_high ? 1 : 0;
      }
      EXPECT_GE(covered, 0.92 * kTables) << ratio << " " << n_seeds;
      // Seeds in one record cannot tell how far they are apart, and their interval is that wide.
      if (n_seeds == 5 && ratio <= 1) {
        EXPECT_LE(covered, 0.98 * kTables) << ratio;
      }
    }
  }
}

// Two events of every seed, the second N(0, (3 D)^2) or N(0, (10 D)^2) steps after the first: what
// both share, the seed's own pace, drops out of the gap.
TEST(Seeds, IntervalsCoverTheTrueGapOverSeeds) {
  for (double deviation : {60.0, 200.0}) {
    Coverage covered;
    for (int64_t i = 0; i < kTables; ++i) {
      Random random(9000, i);
      std::vector<ReportedRun> runs;
      for (int64_t seed = 0; seed < kSeeds; ++seed) {
        ReportedRun run{
            "seed" + std::to_string(seed), {}, {{"loss", "accuracy", OrderSign::kMissing}}};
        const double first = 800 + 80 * random.normal();
        const double second = first + deviation * random.normal();
        for (const auto& [series, centre] :
             {std::pair{"loss", first}, std::pair{"accuracy", second}}) {
          ReportedEvent each = seen(centre, 100, random);
          each.name = rise_event_name(series, 1);
          run.events.push_back(each);
        }
        runs.push_back(run);
      }
      judge(over_seeds(runs, 0.95).orders.front().at[1].spread, 0, covered);
    }
    EXPECT_GE(covered.t, 0.90);
    EXPECT_LE(covered.t, 0.98);
    EXPECT_GE(covered.range, 0.90);
  }
}

}  // namespace
}  // namespace kairo
