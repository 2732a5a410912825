#include "analysis/stats/rise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "analysis/findings.h"
#include "tests/analysis/made_run.h"
#include "tests/analysis/made_series.h"

namespace kairo {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
const RiseRule kRule = {{100, 2}, 0.1};

std::vector<int64_t> hundreds(std::size_t n) {
  std::vector<int64_t> steps;
  for (std::size_t i = 0; i < n; ++i) steps.push_back(static_cast<int64_t>(100 * i));
  return steps;
}

TEST(Rise, LevelsAreSharesOfTheWayFromFirstToLast) {
  // Start 0.2; end (1.0 + 1.0 + 1.0)/3; levels 0.4, 0.6, 0.8, strictly.
  const std::vector<double> curve = {0.2, 0.4, 0.5, 0.7, 0.9, 1.0, 1.0, 1.0};
  const RiseLevels levels = rise_levels(hundreds(8), curve, kRule);
  EXPECT_DOUBLE_EQ(levels.start, 0.2);
  EXPECT_DOUBLE_EQ(levels.end, 1.0);
  const RiseCrossings rise = find_rise(hundreds(8), curve, kRule);
  EXPECT_EQ(rise[0].step, 200);
  EXPECT_EQ(rise[0].after, 100);
  EXPECT_EQ(rise[1].step, 300);
  EXPECT_EQ(rise[2].step, 400);
}

TEST(Rise, ASeriesThatRisesTooLittleOrFallsHasNone) {
  for (const std::vector<double>& curve :
       {std::vector<double>{0.1, 0.15, 0.19, 0.19, 0.19}, {0.9, 0.5, 0.2, 0.1, 0.1}}) {
    for (const Crossing& each : find_rise(hundreds(5), curve, kRule)) {
      EXPECT_EQ(each.status, EventStatus::kNone);
    }
  }
}

TEST(Rise, AnUndefinedBeginningCountsAsZero) {
  const std::vector<double> curve = {kGap, kGap, 0.3, 0.8, 0.8, 0.8, 0.8};
  EXPECT_EQ(rise_levels(hundreds(7), curve, kRule).start, 0);
  EXPECT_EQ(find_rise(hundreds(7), curve, kRule)[0].step, 200);
}

// A run that is stopped mid-rise used to be said to have risen: 25, 50 and 75 % of what it had got.
TEST(Rise, SaysThatASeriesStillRisesAtTheEnd) {
  std::vector<double> whole;
  for (int64_t step : hundreds(40)) whole.push_back(made::logistic(step, 1500, 200));
  EXPECT_FALSE(still_rises(hundreds(40), whole, kRule));
  for (std::size_t n : {14, 17, 19}) {  // up to steps 1300, 1600 and 1800
    const std::vector<double> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_TRUE(still_rises(hundreds(n), cut, kRule)) << n;
    EXPECT_TRUE(measure_rise(hundreds(n), cut, {}, kRule, 0.95).still_rises) << n;
  }
  // From 1800 … 2000 to 2100 … 2300, by 0.03 of its rise.
  EXPECT_FALSE(still_rises(hundreds(28), {whole.begin(), whole.begin() + 28}, kRule));
  // Too little to be a rise is none that goes on.
  EXPECT_FALSE(still_rises(hundreds(5), {0, 0, 0, 0.02, 0.05}, kRule));
}

// Share of 200 series of 64 examples whose interval contains the step at which the noise-free curve
// passes its own level.
std::array<double, 3> coverage(const made::TrueCurve& shape, const made::Scatter& scatter) {
  constexpr int64_t kSpacing = 10, kExamples = 64, kSeries = 200;
  const RiseRule rule = {{kSpacing, 2}, 0.1};
  std::array<int64_t, 3> covered = {};
  for (int64_t i = 0; i < kSeries; ++i) {
    Random random(4000, i);
    const std::vector<int64_t> steps = made::irregular_steps(60, 0, kSpacing, random);
    const double shift = 100 * random.uniform();
    const auto curve = [&](double step) { return shape(step - shift); };
    TimedSeries series;
    series.values = made::scattered(curve, steps, kExamples, scatter, kSpacing, random);
    const Rise rise =
        measure_rise(steps, mean_curve(series),
                     resampled_curves(series, draw_resamples(kExamples, 300, i)), rule, 0.95);
    std::vector<double> clean;
    for (int64_t step : steps) clean.push_back(curve(static_cast<double>(step)));
    const RiseLevels levels = rise_levels(steps, clean, rule);
    for (std::size_t k = 0; k < kRiseShares.size(); ++k) {
      const double level = levels.start + kRiseShares[k] * (levels.end - levels.start);
      double truth = 0;
      while (curve(truth) <= level) truth += 0.25;
      const BootstrapInterval& interval = rise.intervals[k];
      covered[k] += interval.low < truth && truth <= interval.high ? 1 : 0;
    }
  }
  std::array<double, 3> shares = {};
  for (std::size_t k = 0; k < shares.size(); ++k) {
    shares[k] = static_cast<double>(covered[k]) / static_cast<double>(kSeries);
  }
  return shares;
}

// Noise of one example 1.2 to 1.4, so 0.15 to 0.18 of the mean: wider than the records' distance.
// Measured: 95.2 to 98 %.
TEST(RiseRates, IntervalsCoverALogisticUnderAutocorrelatedNoise) {
  const auto covered =
      coverage([](double s) { return made::logistic(s, 250, 40); }, {0.5, 1.4, 0.9});
  for (double each : covered) {
    EXPECT_GE(each, 0.90);
    EXPECT_LE(each, 0.98);
  }
}

TEST(RiseRates, IntervalsCoverASeriesThatDoesNotSaturate) {
  const auto covered =
      coverage([](double s) { return s < 120 ? 0 : (s - 120) / 300; }, {0.5, 1.2, 0.9});
  for (double each : covered) {
    EXPECT_GE(each, 0.90);
    EXPECT_LE(each, 0.98);
  }
}

TEST(TimedSeries, OfAMadeRunAreThereWithTheRightHeadChosen) {
  const std::vector<TimedSeries> all = timed_series(made::run());
  std::vector<std::string> names;
  for (const TimedSeries& each : all) names.push_back(each.name);
  EXPECT_EQ(names, (std::vector<std::string>{"loss", "accuracy", "preference", "attention_to_z",
                                             "effect_z", "effect_mlp_out", "z_gap"}));
  for (const TimedSeries& each : all) {
    EXPECT_EQ(each.left_out, "") << each.name;
  }
  // made_records.cpp and made_patching.cpp give head (2, 1) the largest attention and effect.
  for (int i : {3, 4}) {
    EXPECT_EQ(all[i].choice.chosen, "layer 2, head 1");
    EXPECT_EQ(all[i].choice.n_searched, made::kLayers * made::kHeads);
  }
}

TEST(TimedSeries, OfFurtherRecordsComeLastAndThoseOfWeightsAreExact) {
  RunData run = made::run();
  made::add_further_records(run);
  const std::vector<TimedSeries> all = timed_series(run);
  std::vector<std::string> names;
  for (std::size_t i = 7; i < all.size(); ++i) names.push_back(all[i].name);
  EXPECT_EQ(names, (std::vector<std::string>{"gradient_to_z", "previous_token", "induction",
                                             "weight_distance", "qk_rank", "ov_rank",
                                             "q_composition", "k_composition", "v_composition"}));
  for (const TimedSeries& each : all) EXPECT_EQ(each.left_out, "") << each.name;
  EXPECT_EQ(all[7].example_set, all[0].example_set);
  EXPECT_NE(all[9].example_set, all[0].example_set);  // sequences of the probe's own: not paired
  EXPECT_EQ(all[9].choice.chosen, "layer 1, head 2");
  for (std::size_t i = 10; i < all.size(); ++i) {
    EXPECT_TRUE(all[i].is_exact() && !all[i].bounded) << all[i].name;
    EXPECT_EQ(mean_curve(all[i]), all[i].values.mean);
    EXPECT_EQ(fewest_examples(all[i]), 0);
  }
}

// A series without examples used to be refused: it has a width and a break, and no interval.
TEST(Findings, OfExactSeriesHaveNoInterval) {
  RunData run = made::run();
  made::add_further_records(run);
  run.transitions.bootstrap_samples = 50;
  const Findings findings = find_all(run);
  for (const SeriesFinding& each : findings.series) {
    if (each.series.name != "weight_distance") continue;
    // made_further.cpp's logistic: 10 to 90 % within 2 log 9 widths of 80 steps.
    EXPECT_EQ(each.sharpness.fit.why_not, "");
    EXPECT_NEAR(each.sharpness.width, 2 * std::log(9.0) * 80, 5);
    EXPECT_FALSE(each.sharpness.has_interval);
    EXPECT_EQ(each.n_examples, 0);
    EXPECT_EQ(each.first_step, 0);
    return;
  }
  FAIL() << "no weight_distance";
}

TEST(TimedSeries, OneHalfChoosesAndTheOtherIsTimed) {
  const RunData run = made::run();
  const TimedSeries attention = timed_series(run)[3];
  for (const std::vector<float>& row : attention.values.per_example) {
    for (std::size_t e = 0; e < row.size(); ++e) EXPECT_EQ(std::isnan(row[e]), e % 2 == 0);
  }
  EXPECT_EQ(fewest_examples(attention), 32);
}

// Of attention from all target positions the largest may be one that a target token already told.
TEST(TimedSeries, AttentionFromOtherPositionsThanTheQueryIsNotTimed) {
  RunData run = made::run();
  run.records["attention_to_z"].quantities[0].about.axes.push_back({"pos", {10}});
  const TimedSeries attention = timed_series(run)[3];
  EXPECT_NE(attention.left_out.find("layer, head, pos"), std::string::npos) << attention.left_out;
}

TEST(TimedSeries, TheChoiceDoesNotSeeTheTimedHalf) {
  // The timed half alone shows attention in head (0, 0): it must not be chosen for that.
  RunData run = made::run();
  SeriesQuantity& q = run.records["attention_to_z"].quantities[0];
  const int64_t size = q.about.size();
  const auto n_steps = static_cast<int64_t>(run.records["attention_to_z"].steps.size());
  for (int64_t s = 0; s < n_steps; ++s) {
    for (int64_t e = 1; e < q.per_example_rows; e += 2) {
      q.per_example[(s * q.per_example_rows + e) * size] = s == 0 ? 0.0f : 50.0f;
    }
  }
  EXPECT_EQ(timed_series(run)[3].choice.chosen, "layer 2, head 1");
}

TEST(TimedSeries, LossIsTheShareThatIsGoneAndEffectARatioOfMeans) {
  const RunData run = made::run();
  const std::vector<TimedSeries> all = timed_series(run);
  const SeriesQuantity& loss = run.records.at("performance").quantity("first_target_loss");
  EXPECT_NEAR(mean_curve(all[0]).back(), 1 - loss.mean.back() / loss.mean.front(), 1e-6);
  EXPECT_NEAR(mean_curve(all[4]).back(), 0.7, 0.01);  // the head's share in made_patching.cpp
  EXPECT_TRUE(std::isnan(mean_curve(all[4]).front()));
}

}  // namespace
}  // namespace kairo
