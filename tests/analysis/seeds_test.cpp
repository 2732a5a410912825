#include "analysis/seeds.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/quantiles.h"
#include "hooks/error.h"
#include "tests/analysis/made_series.h"

namespace kairo {
namespace {

ReportedEvent event(EventStatus status, int64_t after, int64_t step, int64_t last = 5000) {
  ReportedEvent e;
  e.name = "z_gap";
  e.title = "z gap";
  e.status = status;
  e.after = after;
  e.step = step;
  e.last_step = last;
  return e;
}

ReportedEvent confirmed(int64_t step) { return event(EventStatus::kConfirmed, step - 50, step); }

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

TEST(Seeds, TIntervalIsMeanPlusMinusTTimesStandardErrorAndTheRecords) {
  // Steps 1000, 1100, 1200: mean 1100, s = 100, t(2) = 4.3027; records reach 50 steps back.
  const EventOverSeeds row = over({confirmed(1000), confirmed(1100), confirmed(1200)});
  ASSERT_TRUE(row.has_t_interval);
  EXPECT_DOUBLE_EQ(row.mean, 1100);
  EXPECT_NEAR(row.t_high, 1100 + 4.3027 * 100 / std::sqrt(3.0), 0.01);
  EXPECT_NEAR(row.t_low, 1050 - 4.3027 * 100 / std::sqrt(3.0), 0.01);
}

TEST(Seeds, RangeOfFiveContainsTheMedianWith9375Percent) {
  // All five on one side of the median: 2 · (1/2)^5 = 1/16.
  const EventOverSeeds row =
      over({confirmed(900), confirmed(1000), confirmed(1300), confirmed(1100), confirmed(1200)});
  EXPECT_DOUBLE_EQ(row.range_coverage, 1 - 1.0 / 16);
  EXPECT_EQ(row.range_low, 850);
  EXPECT_EQ(row.range_high, 1300);
}

TEST(Seeds, CensoredSeedsAreCountedAndOpenTheRange) {
  const EventOverSeeds row = over({confirmed(900), event(EventStatus::kNone, -1, -1),
                                   event(EventStatus::kUnconfirmed, 4850, 4900)});
  EXPECT_EQ(row.n_confirmed, 1);
  EXPECT_EQ(row.n_none, 1);
  EXPECT_EQ(row.n_unconfirmed, 1);
  EXPECT_FALSE(row.has_t_interval);
  EXPECT_NE(row.why_no_t.find("1 without the event and 1 unconfirmed"), std::string::npos);
  EXPECT_EQ(row.range_low, 850);
  EXPECT_TRUE(std::isinf(row.range_high));
  EXPECT_DOUBLE_EQ(row.range_coverage, 0.75);
}

TEST(Seeds, ASeedThatLacksTheSeriesMeasuresNothing) {
  ReportedEvent lacking = confirmed(100);
  lacking.left_out = "K = 1";
  const EventOverSeeds row = over({confirmed(900), lacking, confirmed(1000)});
  EXPECT_EQ(row.n_left_out, 1);
  EXPECT_DOUBLE_EQ(row.mean, 950);
  EXPECT_DOUBLE_EQ(row.range_coverage, 0.5);
  EXPECT_EQ(row.seeds.size(), 3u);
}

TEST(Seeds, OneSeedHasNoInterval) {
  const EventOverSeeds row = over({confirmed(900)});
  EXPECT_FALSE(row.has_t_interval);
  EXPECT_EQ(row.why_no_t, "fewer than two seeds");
  EXPECT_FALSE(row.has_range);
}

TEST(Seeds, OrdersAreCountedBySignAndRobustness) {
  const double nan = std::nan("");
  const std::vector<ReportedRun> runs = {
      {"a", {}, {{"loss", "accuracy", {50, 100, 0}, OrderSign::kFirstEarlier}}},
      {"b", {}, {{"loss", "accuracy", {-50, 100, nan}, OrderSign::kMissing}}},
      {"c", {}, {}}};
  const OrderOverSeeds row = over_seeds(runs, 0.95).orders.front();
  EXPECT_EQ(row.at[0].first_earlier, 1);
  EXPECT_EQ(row.at[0].second_earlier, 1);
  EXPECT_EQ(row.at[1].first_earlier, 2);
  EXPECT_EQ(row.at[2].same_record, 1);
  EXPECT_EQ(row.at[2].missing, 2);
  EXPECT_EQ(row.n_robust_first, 1);
  EXPECT_EQ(row.n_robust_second, 0);
}

TEST(Seeds, RefusesNoRunAndTheSameRunTwice) {
  EXPECT_THROW(over_seeds({}, 0.95), Error);
  EXPECT_THROW(over_seeds({{"a", {}, {}}, {"a", {}, {}}}, 0.95), Error);
}

// Seeds whose true steps are N(600, 80^2), each seen through AR(1) noise of its own at irregular
// records; the truth is the mean (and median) of the steps over seeds.
struct Coverage {
  double t = 0, range = 0;
};

Coverage coverage(double slope_steps) {
  constexpr int64_t kSpacing = 20, kTables = 500, kSeeds = 5;
  Coverage covered;
  for (int64_t i = 0; i < kTables; ++i) {
    Random random(8000, i);
    std::vector<ReportedEvent> seeds;
    for (int64_t seed = 0; seed < kSeeds; ++seed) {
      const std::vector<int64_t> steps = made::irregular_steps(80, 0, kSpacing, random);
      const std::vector<double> noise = made::ar1_noise(steps, kSpacing, 0.9, random);
      const double centre = 600 + 80 * random.normal();
      std::vector<double> values;
      for (std::size_t s = 0; s < steps.size(); ++s) {
        values.push_back((static_cast<double>(steps[s]) - centre) / slope_steps + 0.05 * noise[s]);
      }
      const Crossing c = find_crossing(steps, values, Side::kAbove, 0, kSpacing, 2);
      seeds.push_back(event(c.status, c.after, c.step, steps.back()));
    }
    const EventOverSeeds row = over(seeds);
    covered.t += row.has_t_interval && row.t_low < 600 && 600 < row.t_high ? 1.0 / kTables : 0;
    covered.range += row.range_low < 600 && 600 <= row.range_high ? 1.0 / kTables : 0;
  }
  return covered;
}

TEST(Seeds, IntervalsCoverTheTruthOverSeeds) {
  for (double slope_steps : {100.0, 400.0}) {
    const Coverage covered = coverage(slope_steps);
    EXPECT_GE(covered.t, 0.90) << slope_steps;
    EXPECT_LE(covered.t, 0.98) << slope_steps;
    EXPECT_GE(covered.range, 0.90) << slope_steps;
    EXPECT_LE(covered.range, 0.98) << slope_steps;
  }
}

}  // namespace
}  // namespace kairo
