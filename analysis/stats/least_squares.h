// Straight lines and planes through points, with intervals.
//
//   y = intercept + sum_j slope_j x_j + noise, by least squares. The interval of a slope is
//   slope ± t · s sqrt((X'X)^-1_jj), s² = residual sum of squares/(n - p - 1), t Student's
//   two-sided quantile with n - p - 1 degrees, p columns: exact for independent normal noise of one
//   variance. r is the correlation of y with the fitted values, with the slope's sign for one
//   column. The interval of the sum of all slopes is that of their combination in the same fit.
// Thread rule: pure.
#pragma once

#include <string>
#include <vector>

namespace kairo {

struct Slope {
  double value = 0, low = 0, high = 0;
};

struct LeastSquares {
  std::string why_not;  // why there is no fit, or ""
  std::size_t n = 0;    // points
  double intercept = 0;
  std::vector<Slope> slopes;  // [column]
  Slope sum;                  // of all slopes
  double r = 0;
};

// `columns` [column][point]. No fit, and why, with fewer than p + 2 points or where the columns do
// not tell their slopes apart (one value for all points; columns that move together). kShape where
// sizes disagree.
LeastSquares fit_least_squares(const std::vector<std::vector<double>>& columns,
                               const std::vector<double>& y, double confidence);

}  // namespace kairo
