#include "analysis/stats/sharpness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/timed_series.h"
#include "tests/analysis/made_series.h"

namespace kairo {
namespace {

std::vector<int64_t> tens(int64_t n) {
  std::vector<int64_t> steps;
  for (int64_t i = 0; i < n; ++i) steps.push_back(10 * i);
  return steps;
}

std::vector<double> values_of(const made::TrueCurve& curve, const std::vector<int64_t>& steps) {
  std::vector<double> values;
  for (int64_t step : steps) values.push_back(curve(static_cast<double>(step)));
  return values;
}

LogisticFit fit_of(const made::TrueCurve& curve) {
  return fit_logistic(tens(60), values_of(curve, tens(60)), {}, 10);
}

TEST(Sharpness, WidthIsTwoLogNineScales) {
  // 1/(1 + exp(-x)) is 0.1 at x = -log 9 and 0.9 at log 9.
  const LogisticFit fit = fit_of([](double s) { return 0.2 + 3 * made::logistic(s, 310, 25); });
  ASSERT_EQ(fit.why_not, "");
  EXPECT_NEAR(fit.width(), 2 * std::log(9.0) * 25, 1e-3);
  EXPECT_NEAR(fit.centre, 310, 1e-3);
  EXPECT_NEAR(fit.low, 0.2, 1e-4);
  EXPECT_NEAR(fit.height, 3, 1e-3);
}

TEST(Sharpness, AFallHasTheSameWidth) {
  const LogisticFit fit = fit_of([](double s) { return 5 - 3 * made::logistic(s, 310, 25); });
  ASSERT_EQ(fit.why_not, "");
  EXPECT_NEAR(fit.width(), 2 * std::log(9.0) * 25, 1e-3);
  EXPECT_LT(fit.height, 0);
}

TEST(Sharpness, AStepBetweenTwoRecordsIsAtMostTheirDistance) {
  const auto steps = tens(60);
  const Sharpness sharpness = measure_sharpness(
      steps, values_of([](double s) { return s < 305 ? 0.0 : 1.0; }, steps), {}, 10, 0.95);
  ASSERT_EQ(sharpness.fit.why_not, "");
  EXPECT_FALSE(sharpness.is_resolved);
  EXPECT_NEAR(sharpness.width, 10, 1e-9);
}

TEST(Sharpness, SaysNoFitWhereALogisticDoesNotDescribe) {
  const auto line = [](double s) { return s / 600; };
  const auto bump = [](double s) { return std::exp(-std::pow((s - 300) / 60, 2)); };
  const auto twice = [](double s) {
    return made::logistic(s, 120, 8) + 2 * made::logistic(s, 450, 8);
  };
  EXPECT_NE(fit_of(line).why_not, "");
  EXPECT_NE(fit_of(bump).why_not, "");
  EXPECT_NE(fit_of(twice).why_not, "");
  EXPECT_EQ(fit_of([](double) { return 1.0; }).why_not,
            "the series does not change beyond its errors");
}

TEST(Sharpness, NeedsSixRecordsWithAValue) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values = {0, 0, nan, 0.5, 1, 1, nan};
  EXPECT_EQ(fit_logistic(tens(7), values, {}, 10).why_not, "only 5 records with a value");
}

TEST(SharpnessRates, IntervalsCoverTheWidthUnderAutocorrelatedNoise) {
  constexpr int64_t kSpacing = 10, kExamples = 64, kSeries = 200;
  constexpr double kScale = 30;
  int64_t covered = 0, fitted = 0;
  for (int64_t i = 0; i < kSeries; ++i) {
    Random random(6000, i);
    const std::vector<int64_t> steps = made::irregular_steps(40, 0, kSpacing, random);
    const double centre = 150 + 60 * random.uniform();
    TimedSeries series;
    series.values = made::scattered([&](double s) { return made::logistic(s, centre, kScale); },
                                    steps, kExamples, {0.3, 0.4, 0.9}, kSpacing, random);
    const auto replicates = resampled_curves(series, draw_resamples(kExamples, 80, i));
    const Sharpness sharpness =
        measure_sharpness(steps, mean_curve(series), replicates, kSpacing, 0.95);
    if (!sharpness.has_interval) continue;
    const double truth = 2 * std::log(9.0) * kScale;
    ++fitted;
    covered += sharpness.low <= truth && truth <= sharpness.high ? 1 : 0;
  }
  EXPECT_GT(fitted, 0.95 * kSeries);
  EXPECT_GE(covered, 0.90 * fitted);
  EXPECT_LE(covered, 0.98 * fitted);
}

// Records of a refined window used to count each as much as one of the rest: a wiggle within it
// ruled the fit.
TEST(Sharpness, ARefinedWindowWeighsWhatItWeighedBefore) {
  const auto curve = [](double s) {
    const double wiggle = s >= 330 && s <= 350 ? 0.04 : 0;
    return made::logistic(s, 310, 25) + wiggle;
  };
  std::vector<int64_t> steps = tens(60);
  const double coarse = fit_of(curve).width();
  for (int64_t step = 331; step < 350; ++step) {
    if (step % 10 != 0) steps.push_back(step);
  }
  std::sort(steps.begin(), steps.end());
  const LogisticFit fine = fit_logistic(steps, values_of(curve, steps), {}, 10);
  ASSERT_EQ(fine.why_not, "");
  EXPECT_NEAR(fine.width(), coarse, 0.02 * coarse);
}

}  // namespace
}  // namespace kairo
