#include "analysis/stats/order.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "tests/analysis/made_series.h"

namespace kairo {
namespace {

Crossing at(int64_t after, int64_t step) { return {EventStatus::kConfirmed, after, step}; }

// The same crossing at every share and in every replicate.
Rise steady(const Crossing& crossing) {
  Rise rise;
  rise.crossings.fill(crossing);
  rise.replicates.assign(20, rise.crossings);
  return rise;
}

Order order_of(const Rise& first, const Rise& second) {
  return find_orders({{0, "same", 0, &first}, {1, "same", 0, &second}}, 0.95).front();
}

TEST(Order, GapLiesBetweenTheRecordsOfBoth) {
  // First in (100, 200], second in (400, 450]: the gap is above 400 - 200 and below 450 - 100.
  const Order order = order_of(steady(at(100, 200)), steady(at(400, 450)));
  for (const OrderAtShare& each : order.at) {
    EXPECT_EQ(each.gap, 250);
    EXPECT_EQ(each.low, 200);
    EXPECT_EQ(each.high, 350);
    EXPECT_EQ(each.sign, OrderSign::kFirstEarlier);
  }
  EXPECT_EQ(order.robust(), OrderSign::kFirstEarlier);
  EXPECT_TRUE(order.paired);
}

TEST(Order, WithinOneRecordNothingIsResolved) {
  const Order order = order_of(steady(at(100, 200)), steady(at(100, 200)));
  EXPECT_EQ(order.at[0].gap, 0);
  EXPECT_EQ(order.at[0].low, -100);
  EXPECT_EQ(order.at[0].high, 100);
  EXPECT_EQ(order.robust(), OrderSign::kUnresolved);
}

TEST(Order, IsRobustOnlyIfItHoldsAtAllShares) {
  const Rise early = steady(at(100, 200));
  Rise late = steady(at(400, 450));
  late.crossings[1] = at(0, 100);
  for (RiseCrossings& each : late.replicates) each[1] = at(0, 100);
  const Order order = order_of(early, late);
  EXPECT_EQ(order.at[0].sign, OrderSign::kFirstEarlier);
  EXPECT_EQ(order.at[1].sign, OrderSign::kSecondEarlier);
  EXPECT_EQ(order.robust(), OrderSign::kUnresolved);
}

TEST(Order, AnEventThatIsMissingOrUnconfirmedHasNoGap) {
  for (EventStatus status : {EventStatus::kNone, EventStatus::kUnconfirmed}) {
    Rise late = steady(at(400, 450));
    late.crossings[2].status = status;
    const Order order = order_of(steady(at(100, 200)), late);
    EXPECT_EQ(order.at[2].sign, OrderSign::kMissing);
    EXPECT_TRUE(std::isnan(order.at[2].gap));
    EXPECT_EQ(order.robust(), OrderSign::kMissing);
  }
}

TEST(Order, ReplicatesWithoutARiseLeaveTheGapOpen) {
  Rise late = steady(at(400, 450));
  for (std::size_t i = 0; i < 10; ++i) late.replicates[i].fill({});
  const Order order = order_of(steady(at(100, 200)), late);
  EXPECT_EQ(order.at[0].low, 200);
  EXPECT_TRUE(std::isinf(order.at[0].high));
  EXPECT_EQ(order.at[0].sign, OrderSign::kFirstEarlier);
}

TEST(Order, EveryPairStandsOnce) {
  const Rise rise = steady(at(100, 200));
  const auto orders =
      find_orders({{3, "a", 0, &rise}, {5, "a", 0, &rise}, {6, "b", 0, &rise}}, 0.95);
  ASSERT_EQ(orders.size(), 3u);
  EXPECT_EQ(orders[1].first, 3u);
  EXPECT_EQ(orders[1].second, 6u);
  EXPECT_FALSE(orders[1].paired);
}

constexpr int64_t kSpacing = 10, kExamples = 64, kSeries = 200;
const RiseRule kRule = {{kSpacing, 2}, 0.1};

struct Judged {
  std::array<double, kRiseShares.size()> covered = {};  // share of intervals with the true gap
  double ordered = 0;                                   // share called robust
};

// Where the noise-free curve passes the share of its own rise over these records.
double truth_of(const made::TrueCurve& curve, const std::vector<int64_t>& steps, double share) {
  std::vector<double> clean;
  for (int64_t step : steps) clean.push_back(curve(static_cast<double>(step)));
  const RiseLevels levels = rise_levels(steps, clean, kRule);
  double step = 0;
  while (curve(step) <= levels.start + share * (levels.end - levels.start)) step += 0.25;
  return step;
}

// Heads and sites are timed on the examples 1, 3, 5, … alone: the others are NaN.
void keep_timed_half(Series& series) {
  for (std::vector<float>& row : series.per_example) {
    for (std::size_t e = 0; e < row.size(); e += 2) row[e] = std::nanf("");
  }
}

enum class Timed { kAll, kHalf };

// Two logistics of this scale over the same examples, `gap` steps apart, with AR(1) noise of their
// own.
Judged judge(double gap, double noise, double width, Timed timed = Timed::kAll) {
  Judged judged;
  for (int64_t i = 0; i < kSeries; ++i) {
    Random random(5000, i);
    const std::vector<int64_t> steps = made::irregular_steps(60, 0, kSpacing, random);
    const double centre = 200 + 60 * random.uniform();
    const Resamples resamples = draw_resamples(kExamples, 300, i);
    const auto curve = [&](double at) {
      return [=](double step) { return made::logistic(step, at, width); };
    };
    std::vector<Rise> rises;
    for (double each : {centre, centre + gap}) {
      TimedSeries series;
      series.values =
          made::scattered(curve(each), steps, kExamples, {0.5, noise, 0.9}, kSpacing, random);
      if (timed == Timed::kHalf) keep_timed_half(series.values);
      rises.push_back(measure_rise(steps, mean_curve(series), resampled_curves(series, resamples),
                                   kRule, 0.95));
      rises.back().still_rises = false;  // the gap is judged, not the end
    }
    const Order order = order_of(rises[0], rises[1]);
    for (std::size_t share = 0; share < kRiseShares.size(); ++share) {
      const OrderAtShare& at = order.at[share];
      const double truth = truth_of(curve(centre + gap), steps, kRiseShares[share]) -
                           truth_of(curve(centre), steps, kRiseShares[share]);
      judged.covered[share] +=
          at.has_interval && at.low < truth && truth < at.high ? 1.0 / kSeries : 0;
    }
    const OrderSign robust = order.robust();
    judged.ordered += robust == OrderSign::kFirstEarlier || robust == OrderSign::kSecondEarlier
                          ? 1.0 / kSeries
                          : 0;
  }
  return judged;
}

// Bounds of two series, each of whole spacings, cover more than they promise: 97 to 99 %.
void expect_covers(const Judged& judged) {
  for (double each : judged.covered) {
    EXPECT_GE(each, 0.90);
    EXPECT_LT(each, 0.995);
  }
}

TEST(OrderRates, GapIntervalsCoverTheTruthAtEveryShare) { expect_covers(judge(60, 1.0, 50)); }

TEST(OrderRates, GapIntervalsCoverASmallGap) { expect_covers(judge(15, 1.0, 50)); }

TEST(OrderRates, GapIntervalsCoverTheTruthWhereOneHalfChoseAndTheOtherIsTimed) {
  expect_covers(judge(60, 1.2, 50, Timed::kHalf));
}

TEST(OrderRates, EqualTimesAreSeldomCalledRobustAndFarOnesMostly) {
  EXPECT_LT(judge(0, 1.0, 30).ordered, 0.05);
  EXPECT_GT(judge(150, 0.5, 30).ordered, 0.8);
}

TEST(Order, WithASeriesThatStillRisesIsMissing) {
  Rise late = steady(at(400, 450));
  late.still_rises = true;
  EXPECT_EQ(order_of(steady(at(100, 200)), late).robust(), OrderSign::kMissing);
}

}  // namespace
}  // namespace kairo
