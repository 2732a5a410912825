#include "analysis/stats/change_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "tests/analysis/made_series.h"

namespace kairo {
namespace {

constexpr int64_t kSpacing = 10, kRecords = 40;

// Noise-free curve of a step and a number that differs from series to series, in [0, 1).
using Shape = std::function<double(double step, double any)>;

struct Judged {
  double found = 0;    // share with a break
  double gradual = 0;  // share with a gradual change
  double inside = 0;   // of all these, share whose set contains the truth
};

constexpr int64_t kSeries = 200;

// kRecords records: at irregular distances; or D apart, with more of them, every two steps, in a
// refined window.
enum class Records { kIrregular, kRefined };

std::vector<int64_t> records(Records wanted, Random& random) {
  if (wanted == Records::kIrregular) {
    return made::irregular_steps(kRecords, 0, kSpacing, random);
  }
  std::vector<int64_t> steps;
  for (int64_t step = 0; step < kRecords * kSpacing; step += 2) {
    const bool is_refined = step >= 180 && step <= 240;
    if (is_refined || step % kSpacing == 0) steps.push_back(step);
  }
  return steps;
}

// Breaks of series with `any` lie at truth_of(any), anywhere between two records.
double truth_of(double any) { return 200 + kSpacing * any; }

Judged judge(const Shape& shape, double noise, double phi, int64_t n_series,
             Records wanted = Records::kIrregular) {
  Judged judged;
  int64_t found = 0, gradual = 0, inside = 0;
  for (int64_t i = 0; i < n_series; ++i) {
    Random random(7000, i);
    const std::vector<int64_t> steps = records(wanted, random);
    const std::vector<double> errors = made::ar1_noise(steps, kSpacing, phi, random);
    const double any = random.uniform();
    std::vector<double> values;
    for (std::size_t s = 0; s < steps.size(); ++s) {
      values.push_back(shape(static_cast<double>(steps[s]), any) + noise * errors[s]);
    }
    const ChangePoint point = find_change_point(steps, values, {kSpacing, 15, 0.95});
    found += point.verdict == ChangeVerdict::kBreak ? 1 : 0;
    gradual += point.verdict == ChangeVerdict::kGradual ? 1 : 0;
    const bool is_there = point.verdict != ChangeVerdict::kNone;
    inside += is_there && point.low < truth_of(any) && truth_of(any) <= point.high ? 1 : 0;
  }
  const double n = static_cast<double>(n_series);
  judged.found = static_cast<double>(found) / n;
  judged.gradual = static_cast<double>(gradual) / n;
  const int64_t all = found + gradual;
  judged.inside = all > 0 ? static_cast<double>(inside) / static_cast<double>(all) : 0;
  return judged;
}

// A gradual change is one too: what drifts has no two levels.
double alarms(const Shape& shape, double noise, double phi, Records wanted = Records::kIrregular) {
  const Judged judged = judge(shape, noise, phi, kSeries, wanted);
  return judged.found + judged.gradual;
}

Shape logistic(double scale) {
  return [scale](double s, double any) { return made::logistic(s, truth_of(any), scale); };
}

// The example of change_point.h.
TEST(ChangePoint, AJumpLiesBetweenItsRecords) {
  std::vector<int64_t> steps;
  std::vector<double> values;
  for (int64_t i = 0; i < 30; ++i) {
    steps.push_back(10 * i);
    values.push_back((i % 2 == 0 ? 0.01 : -0.01) + (i < 17 ? 0 : 1));
  }
  const ChangePoint point = find_change_point(steps, values, {10, 15, 0.95});
  ASSERT_EQ(point.verdict, ChangeVerdict::kBreak);
  EXPECT_EQ(point.width, 0);
  EXPECT_EQ(point.after, 160);
  EXPECT_EQ(point.step, 170);
  EXPECT_EQ(point.low, 160);
  EXPECT_EQ(point.high, 170);
  EXPECT_EQ(point.break_model, "constant with a jump");
  EXPECT_EQ(point.smooth_model, "line");
  EXPECT_NEAR(point.gain, 167, 0.5);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = (i % 2 == 0 ? 0.01 : -0.01) + 0.1 * static_cast<double>(i);
  }
  const ChangePoint none = find_change_point(steps, values, {10, 15, 0.95});
  EXPECT_EQ(none.verdict, ChangeVerdict::kNone);
  EXPECT_NEAR(none.gain, -6.5, 0.05);
}

TEST(ChangePoint, ExactSmoothCurvesHaveNone) {
  const std::vector<Shape> smooth = {
      [](double s, double) { return 1 + s / 100; },
      [](double s, double) { return std::log1p(s / kSpacing); },
      [](double s, double any) { return std::exp(-s / (40 + 100 * any)); },
      [](double s, double any) { return std::pow(1 + s / kSpacing, -0.3 - any); }};
  for (std::size_t i = 0; i < smooth.size(); ++i) {
    EXPECT_EQ(judge(smooth[i], 0, 0, 10).found, 0) << i;
    EXPECT_EQ(judge(smooth[i], 0, 0, 10).gradual, 0) << i;
  }
}

TEST(ChangePointRates, SeldomAlarmsOnAutocorrelatedNoise) {
  EXPECT_LT(alarms([](double, double) { return 0; }, 1, 0.9), 0.05);
}

TEST(ChangePointRates, SeldomAlarmsOnDrift) {
  const auto line = [](double s, double) { return s / 400; };
  const auto approach = [](double s, double any) { return std::exp(-s / (30 + 150 * any)); };
  const auto power = [](double s, double any) { return std::pow(1 + s / kSpacing, -0.3 - any); };
  EXPECT_LT(alarms(line, 0.05, 0.9), 0.05);
  EXPECT_LT(alarms(approach, 0.05, 0.9), 0.05);
  EXPECT_LT(alarms(power, 0.05, 0.9), 0.05);
}

TEST(ChangePointRates, SeldomAlarmsOnDriftOfAFormItDoesNotKnow) {
  const auto two_speeds = [](double s, double any) {
    return 0.5 * std::exp(-s / 25) + 0.5 * std::exp(-s / (100 + 100 * any));
  };
  EXPECT_LT(alarms(two_speeds, 0.02, 0.9), 0.05);
}

TEST(ChangePoint, FindsAJumpAndAGradualStepAndWhere) {
  const auto jump = [](double s, double any) { return s < truth_of(any) ? 0.0 : 1.0; };
  const Judged sudden = judge(jump, 0.05, 0.9, 100);
  EXPECT_GT(sudden.found, 0.95);
  EXPECT_GE(sudden.inside, 0.95);
  EXPECT_GT(judge(logistic(12), 0.03, 0.9, 100).found, 0.95);
}

// A jump shows which two records it lies between, so that its set holds it always; and a gradual
// step that noise leaves in one interval nearly so. Places of gradual steps used to be the middles
// between records alone: 86 %.
TEST(ChangePointRates, SetsOfGradualStepsContainTheTruthAsOftenAsTheyPromise) {
  const auto inside = [](double scale, double noise) {
    return judge(logistic(scale), noise, 0.9, kSeries).inside;
  };
  EXPECT_GE(inside(4, 0.03), 0.95);
  for (const auto& [scale, noise] : {std::pair{16.0, 0.1}, std::pair{24.0, 0.03}}) {
    const double share = inside(scale, noise);
    EXPECT_GE(share, 0.90) << scale;
    EXPECT_LE(share, 0.98) << scale;
  }
  EXPECT_GE(inside(24, 0.1), 0.90);
}

// Whether the same change was a break used to depend on when the run was stopped.
TEST(ChangePoint, TheLengthOfAPlateauDoesNotChangeTheVerdict) {
  const auto verdict = [](double width, double centre, int64_t n) {
    Random random(7100, 1);
    std::vector<int64_t> steps;
    for (int64_t i = 0; i < 200; ++i) steps.push_back(i * kSpacing);
    const std::vector<double> errors = made::ar1_noise(steps, kSpacing, 0.9, random);
    std::vector<double> values;
    for (int64_t i = 0; i < n; ++i) {
      const double scale = width * kSpacing / (2 * std::log(9.0));
      values.push_back(made::logistic(static_cast<double>(steps[i]), centre, scale) +
                       0.02 * errors[i]);
    }
    steps.resize(n);
    return find_change_point(steps, values, {kSpacing, 15, 0.95}).verdict;
  };
  for (int64_t n : {35, 45, 60, 100, 200}) {
    EXPECT_EQ(verdict(4, 205, n), ChangeVerdict::kBreak) << n;
    EXPECT_EQ(verdict(6, 205, n), ChangeVerdict::kBreak) << n;
  }
  for (int64_t n : {45, 60, 100, 200}) {
    EXPECT_EQ(verdict(16, 205, n), ChangeVerdict::kGradual) << n;
  }
}

// Thirty records within six spacings used to count as thirty independent ones.
TEST(ChangePointRates, ARefinedWindowNeitherAlarmsNorNarrowsTheSet) {
  const auto line = [](double s, double) { return s / 400; };
  const auto approach = [](double s, double any) { return std::exp(-s / (30 + 150 * any)); };
  EXPECT_LT(alarms(line, 0.05, 0.9, Records::kRefined), 0.05);
  EXPECT_LT(alarms(approach, 0.05, 0.9, Records::kRefined), 0.05);
  const Judged judged = judge(logistic(12), 0.1, 0.9, kSeries, Records::kRefined);
  EXPECT_GE(judged.inside, 0.90);
}

TEST(ChangePoint, ARefinedWindowIsThinnedToTheSpacing) {
  Random random(7200, 1);
  const std::vector<int64_t> steps = records(Records::kRefined, random);
  std::vector<double> values;
  for (int64_t step : steps) values.push_back(step < 205 ? 0.0 : 1.0);
  EXPECT_EQ(find_change_point(steps, values, {kSpacing, 15, 0.95}).n_records, kRecords);
}

TEST(ChangePoint, LeavesOutWhatHasTooFewValues) {
  EXPECT_EQ(find_change_point({0, 1, 2}, {0, 1, 2}, {}).left_out, "only 3 records with a value");
  const std::vector<int64_t> steps = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const std::vector<double> same(12, 0.25);
  EXPECT_EQ(find_change_point(steps, same, {}).left_out, "the series is constant");
}

}  // namespace
}  // namespace kairo
