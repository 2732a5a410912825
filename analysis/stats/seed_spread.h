// A number over seeds, each seed's known between two bounds: the step of an event, the gap of two
// events, the difference of two lags.
//
// One rule says where a seed's number lies (seed_value): confirmed in (after, at]; with the upper
// bound open where it may not have held (unconfirmed), where the level that it reached is no final
// one (still rising), or where the run ended without the event (censored, after the last record).
// Such a seed is counted, never dropped. A series without a transition did not have it later
// either: with one such seed there is no number over all seeds. A seed that does not measure it
// (left out) plays no part.
//
// With two seeds there is no t interval: both values are given instead. An interval of steps is cut
// at 0, since no step is negative.
//
//   t interval  of the mean over seeds: mean(m) ± t sqrt((s² + u²) / n), m the middle of each
//               seed's bounds, s² the sample variance of these, u² the mean of (high - low)²/12,
//               the variance of a number anywhere between its bounds; t Student's two-sided
//               quantile with n - 1 degrees. Never narrower than from mean(low) to mean(high):
//               seeds that share a record are rounded alike. Only where n >= 3 and every measured
//               seed is confirmed; else why not.
//   range       from the smallest low to the largest high, infinite where a seed is open on that
//               side. It contains the median over seeds with probability 1 - 2/2^n (93.75 % for
//               five) at least, whatever the distribution (order statistics; bounds are wider
//               than the numbers); none for n < 2.
// Thread rule: pure.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace kairo {

// Ordered: of a difference it is that of the later one in this list.
enum class SeedStatus {
  kConfirmed,
  kUnconfirmed,   // held to the last record, which came too early
  kStillRising,   // its level is a share of an end at which the series still rose
  kCensored,      // the run ended without it
  kNoTransition,  // the series is described without one
  kLeftOut,       // not measured
};
inline constexpr SeedStatus kSeedStatuses[] = {SeedStatus::kConfirmed,    SeedStatus::kUnconfirmed,
                                               SeedStatus::kStillRising,  SeedStatus::kCensored,
                                               SeedStatus::kNoTransition, SeedStatus::kLeftOut};
// "confirmed", "unconfirmed", "still_rising", "censored", "no_transition", "left_out"
const char* status_name(SeedStatus status);
// In plain words: "still rising", "not reached" for censored, "not measured" for left out.
std::string status_words(SeedStatus status);

struct SeedValue {
  SeedStatus status = SeedStatus::kLeftOut;
  double value = std::numeric_limits<double>::quiet_NaN();  // NaN unless confirmed
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  bool is_measured() const { return status != SeedStatus::kLeftOut; }
  bool is_confirmed() const { return status == SeedStatus::kConfirmed; }
};

// The rule above. `after`: of the record before, `at`: of the event, `last`: of the last record.
SeedValue seed_value(SeedStatus status, double after, double at, double last);

// second - first, between the bounds that both leave.
SeedValue difference(const SeedValue& first, const SeedValue& second);

// Seeds that a t interval needs: of two it is wider than anything that a run can do.
inline constexpr std::size_t kLeastSeedsForT = 3;

struct SeedSpread {
  bool has_t_interval = false;
  double mean = 0;  // of the middles
  double t_low = 0, t_high = 0;
  bool is_cut = false;   // t_low is the least that is possible; the formula gives less
  std::string why_no_t;  // where there is none
  bool has_range = false;
  double range_low = 0, range_high = 0;
  double range_coverage = 0;  // of the median: 1 - 2/2^n, at least
  std::string why_no_range;   // where there is none
};

// `least`: the least that is possible, 0 for a step; a gap or a difference has none.
SeedSpread spread_over_seeds(const std::vector<SeedValue>& seeds, double confidence,
                             double least = -std::numeric_limits<double>::infinity());

// The median of the measured seeds: in (median of the lows, median of the highs). It has a value
// where no open seed can change it; kLeftOut where no seed measures it or one has no transition.
SeedValue median_over_seeds(const std::vector<SeedValue>& seeds);

// Of an even number the mean of the two in the middle. Not empty; infinities may be in it.
double median_of(std::vector<double> values);
// Of the median, by the range of n independent values: 1 - 2/2^n.
double coverage_of_range(std::size_t n);

struct MeanInterval {
  double mean = 0, half = 0;
};
// Mean and half of its t interval; `t` is the quantile with n - 1 degrees, n >= 2; `further` is
// added to the sample variance.
MeanInterval t_interval_of(const std::vector<double>& values, double t, double further = 0);

// Of steps, rounded to one. In a sentence: "mean 1100, 95 % t interval 802 to 1348", "not reached
// in 1 of 2 seeds, so no mean".
std::string t_interval_text(const SeedSpread& spread, double confidence);
// "850 to 1300 (contains the median with at least 93.75 %)", "fewer than two seeds".
std::string range_text(const SeedSpread& spread);
// In a column that says what they are: "1100 (802 to 1348)", "850 to 1300 (≥ 93.75 %)".
std::string short_t_interval(const SeedSpread& spread);
std::string short_range(const SeedSpread& spread);

}  // namespace kairo
