#include "analysis/change_point.h"

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
  double found = 0;   // share with a change point
  double inside = 0;  // of these, share whose set contains `truth`
};

Judged judge(const Shape& shape, double noise, double phi, int64_t n_series, double truth) {
  Judged judged;
  int64_t found = 0, inside = 0;
  for (int64_t i = 0; i < n_series; ++i) {
    Random random(7000, i);
    const std::vector<int64_t> steps = made::irregular_steps(kRecords, 0, kSpacing, random);
    const std::vector<double> errors = made::ar1_noise(steps, kSpacing, phi, random);
    const double any = random.uniform();
    std::vector<double> values;
    for (std::size_t s = 0; s < steps.size(); ++s) {
      values.push_back(shape(static_cast<double>(steps[s]), any) + noise * errors[s]);
    }
    const ChangePoint point = find_change_point(steps, values, {kSpacing, 15, 0.95});
    found += point.is_found ? 1 : 0;
    inside += point.is_found && point.low < truth && truth <= point.high ? 1 : 0;
  }
  judged.found = static_cast<double>(found) / static_cast<double>(n_series);
  judged.inside = found > 0 ? static_cast<double>(inside) / static_cast<double>(found) : 0;
  return judged;
}

double alarms(const Shape& shape, double noise, double phi) {
  return judge(shape, noise, phi, 500, 0).found;
}

TEST(ChangePoint, AJumpLiesBetweenItsRecords) {
  std::vector<int64_t> steps;
  std::vector<double> values;
  for (int64_t i = 0; i < 30; ++i) {
    steps.push_back(10 * i);
    values.push_back((i % 2 == 0 ? 0.01 : -0.01) + (i < 17 ? 0 : 1));
  }
  const ChangePoint point = find_change_point(steps, values, {10, 15, 0.95});
  ASSERT_TRUE(point.is_found);
  EXPECT_EQ(point.after, 160);
  EXPECT_EQ(point.step, 170);
  EXPECT_EQ(point.low, 160);
  EXPECT_EQ(point.high, 170);
  EXPECT_EQ(point.break_model, "constant with a jump");
}

TEST(ChangePoint, ExactSmoothCurvesHaveNone) {
  const std::vector<Shape> smooth = {
      [](double s, double) { return 1 + s / 100; },
      [](double s, double) { return std::log1p(s / kSpacing); },
      [](double s, double any) { return std::exp(-s / (40 + 100 * any)); },
      [](double s, double any) { return std::pow(1 + s / kSpacing, -0.3 - any); }};
  for (std::size_t i = 0; i < smooth.size(); ++i) {
    EXPECT_EQ(judge(smooth[i], 0, 0, 10, 0).found, 0) << i;
  }
}

TEST(ChangePoint, SeldomAlarmsOnAutocorrelatedNoise) {
  EXPECT_LT(alarms([](double, double) { return 0; }, 1, 0.9), 0.05);
}

TEST(ChangePoint, SeldomAlarmsOnDrift) {
  const auto line = [](double s, double) { return s / 400; };
  const auto approach = [](double s, double any) { return std::exp(-s / (30 + 150 * any)); };
  const auto power = [](double s, double any) { return std::pow(1 + s / kSpacing, -0.3 - any); };
  EXPECT_LT(alarms(line, 0.05, 0.9), 0.05);
  EXPECT_LT(alarms(approach, 0.05, 0.9), 0.05);
  EXPECT_LT(alarms(power, 0.05, 0.9), 0.05);
}

TEST(ChangePoint, SeldomAlarmsOnDriftOfAFormItDoesNotKnow) {
  const auto two_speeds = [](double s, double any) {
    return 0.5 * std::exp(-s / 25) + 0.5 * std::exp(-s / (100 + 100 * any));
  };
  EXPECT_LT(alarms(two_speeds, 0.02, 0.9), 0.05);
}

TEST(ChangePoint, FindsAJumpAndAGradualStepAndWhere) {
  const auto jump = [](double s, double) { return s < 205 ? 0.0 : 1.0; };
  const Judged sudden = judge(jump, 0.05, 0.9, 100, 205);
  EXPECT_GT(sudden.found, 0.95);
  EXPECT_GE(sudden.inside, 0.90);
  const auto step = [](double s, double) { return made::logistic(s, 205, 12); };
  const Judged gradual = judge(step, 0.03, 0.9, 100, 205);
  EXPECT_GT(gradual.found, 0.95);
  EXPECT_GE(gradual.inside, 0.80);
}

TEST(ChangePoint, LeavesOutWhatHasTooFewValues) {
  EXPECT_EQ(find_change_point({0, 1, 2}, {0, 1, 2}, {}).left_out, "only 3 records with a value");
  const std::vector<int64_t> steps = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const std::vector<double> same(12, 0.25);
  EXPECT_EQ(find_change_point(steps, same, {}).left_out, "the series is constant");
}

}  // namespace
}  // namespace kairo
