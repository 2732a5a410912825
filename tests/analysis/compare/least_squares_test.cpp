#include "analysis/stats/least_squares.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace kairo {
namespace {

// x = 0, 1, 2, 3 and y = 0, 1, 1, 2: Sxx = 5, Sxy = 3, Syy = 2, slope 3/5, intercept 1 - 0.6 · 1.5.
// Residuals -0.1, 0.3, -0.3, 0.1: s² = 0.2/2; t = 4.302653 with 2 degrees.
TEST(LeastSquares, HasTheIntervalOfTheClosedForm) {
  const LeastSquares fit = fit_least_squares({{0, 1, 2, 3}}, {0, 1, 1, 2}, 0.95);
  ASSERT_EQ(fit.why_not, "");
  EXPECT_EQ(fit.n, 4U);
  EXPECT_NEAR(fit.slopes[0].value, 0.6, 1e-12);
  EXPECT_NEAR(fit.intercept, 0.1, 1e-12);
  const double half = 4.302652729911275 * std::sqrt(0.1 / 5);
  EXPECT_NEAR(fit.slopes[0].low, 0.6 - half, 1e-9);
  EXPECT_NEAR(fit.slopes[0].high, 0.6 + half, 1e-9);
  EXPECT_NEAR(fit.r, 3 / std::sqrt(10.0), 1e-12);
}

TEST(LeastSquares, RHasTheSlopesSign) {
  EXPECT_NEAR(fit_least_squares({{1, 2, 3}}, {6, 4, 2}, 0.95).r, -1, 1e-12);
}

// Far from zero a fit must not lose its digits.
TEST(LeastSquares, FindsAPlaneExactly) {
  const std::vector<double> a = {-7, -7, -6, -6, -5}, b = {1e6, 1e6 + 1, 1e6, 1e6 + 2, 1e6 + 1};
  std::vector<double> y;
  for (std::size_t i = 0; i < a.size(); ++i) y.push_back(3 - 0.8 * a[i] + 0.3 * b[i]);
  const LeastSquares fit = fit_least_squares({a, b}, y, 0.95);
  ASSERT_EQ(fit.why_not, "");
  EXPECT_NEAR(fit.slopes[0].value, -0.8, 1e-8);
  EXPECT_NEAR(fit.slopes[1].value, 0.3, 1e-8);
  EXPECT_NEAR(fit.slopes[1].high, 0.3, 1e-6);
  EXPECT_NEAR(fit.r, 1, 1e-9);
}

// y = x1 - x2 and residuals (1, -1, -1, 1)/4 over the corners of a square: slopes 1 and -1, s² =
// (4/16)/1, the variance of their sum s² (1 + 1) as the columns are orthogonal with squares 1.
TEST(LeastSquares, TheSumOfSlopesHasAnIntervalOfItsOwn) {
  const LeastSquares fit =
      fit_least_squares({{0, 0, 1, 1}, {0, 1, 0, 1}}, {0.25, -1.25, 0.75, 0.25}, 0.95);
  EXPECT_NEAR(fit.sum.value, 0, 1e-12);
  EXPECT_NEAR(fit.sum.high, 12.706204736432095 * std::sqrt(0.25 * 2), 1e-9);
}

TEST(LeastSquares, SaysWhyThereIsNoFit) {
  EXPECT_NE(fit_least_squares({{1, 2}}, {1, 2}, 0.95).why_not.find("too few"), std::string::npos);
  EXPECT_NE(fit_least_squares({{2, 2, 2}}, {1, 2, 3}, 0.95).why_not.find("one x"),
            std::string::npos);
  EXPECT_NE(
      fit_least_squares({{1, 2, 3, 4}, {2, 4, 6, 8}}, {1, 2, 3, 5}, 0.95).why_not.find("together"),
      std::string::npos);
}

TEST(LeastSquares, RefusesColumnsOfAnotherLength) {
  EXPECT_THROW(fit_least_squares({{1, 2}}, {1, 2, 3}, 0.95), Error);
}

}  // namespace
}  // namespace kairo
