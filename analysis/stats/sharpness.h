// How sharp a rise is: the steps within which a fitted logistic goes from 10 to 90 %.
//
// Model: y(s) = low + height / (1 + exp(-(s - centre)/scale)), least squares over the records
// (Levenberg-Marquardt, Eigen's port of MINPACK). A record counts with the share of D that it
// stands for, half of the distance of its neighbours and at most 1: a window that was refined to
// every few steps weighs what it weighed before. The 10-90 % width is 2 log(9) scale = 4.394
// scale. The fit is refused, with its reason, where it does not describe the series:
//   - fewer than 6 records with a value (4 parameters), or no change beyond 4 standard errors;
//   - the centre lies outside the records, or the height is more than 1.5 times what the series
//     spans: a plateau was not reached, so there is no 10 % or no 90 % to measure from;
//   - the root mean square residual exceeds 5 % of that span and what the errors explain (two
//     standard errors).
// The standard error meant is the median over records: an effect that has just become defined
// divides by little, and its few wild errors would excuse any fit.
// A width below the distance of the two records about the centre cannot be told from 0: it is then
// "at most" that distance. Thread rule: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kairo {

// The 10-90 % width of a logistic in its scales, 2 log 9.
inline constexpr double kWidthOfScale = 4.394449154672439;

struct LogisticFit {
  std::string why_not;  // "" where it describes the series
  double low = 0, height = 0;
  double centre = 0, scale = 0;  // steps
  double residual = 0;           // root mean square, in units
  double record_distance = 0;    // steps, of the records about the centre
  double width() const;          // 10-90 %, steps
};

// `errors`: standard errors of the values, [step], or empty (0). NaNs are left out. `spacing` is D.
LogisticFit fit_logistic(const std::vector<int64_t>& steps, const std::vector<double>& values,
                         const std::vector<double>& errors, int64_t spacing);

struct Sharpness {
  LogisticFit fit;
  bool is_resolved = false;  // width above the distance of the records
  double width = 0;          // steps; the records' distance where not resolved
  // Paired bootstrap over examples; an unresolved replicate lies in [0, distance of its records],
  // one without a fit counts as infinite.
  bool has_interval = false;
  double low = 0, high = 0;
  double share_no_fit = 0;
};

// `replicates`: resampled curves, or empty: then there is no interval and errors count as 0.
Sharpness measure_sharpness(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                            const std::vector<std::vector<double>>& replicates, int64_t spacing,
                            double confidence);

}  // namespace kairo
