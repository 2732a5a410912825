// A number over seeds, each seed's known between two bounds: the step of an event, the gap of two
// events, the difference of two lags.
//
// A seed's number lies in (low, high); a side that nothing bounds is infinite, and such a seed has
// no `value` (censored): counted, never dropped. A seed that does not measure it plays no part.
//
//   t interval  of the mean over seeds: from mean(low) - h to mean(high) + h, h = t s / sqrt(n), s
//               the sample deviation of the values, t Student's two-sided quantile with n - 1
//               degrees. Only where n >= 2 and every measured seed has a value; else why not.
//   range       from the smallest low to the largest high, infinite where a seed is censored on
//               that side. It contains the median over seeds with probability 1 - 2/2^n (93.75 %
//               for five), whatever the distribution (order statistics); none for n < 2.
// Thread rule: pure.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace kairo {

struct SeedValue {
  bool is_measured = false;
  double value = std::numeric_limits<double>::quiet_NaN();  // NaN: censored
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

struct SeedSpread {
  bool has_t_interval = false;
  double mean = 0;  // of the values
  double t_low = 0, t_high = 0;
  std::string why_no_t;  // where there is none
  bool has_range = false;
  double range_low = 0, range_high = 0;
  double range_coverage = 0;  // of the median: 1 - 2/2^n
};

SeedSpread spread_over_seeds(const std::vector<SeedValue>& seeds, double confidence);

// Of steps, rounded to one. In a sentence: "mean 1100, 95 % t interval 802 to 1348", "none: fewer
// than two seeds".
std::string t_interval_text(const SeedSpread& spread, double confidence);
// "850 to 1300, has the median with 93.75 %", "none: fewer than two seeds".
std::string range_text(const SeedSpread& spread);
// In a column that says what they are: "1100 (802 to 1348)", "850 to 1300 (93.75 %)".
std::string short_t_interval(const SeedSpread& spread);
std::string short_range(const SeedSpread& spread);

}  // namespace kairo
