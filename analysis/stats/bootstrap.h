// Paired bootstrap over examples: how much a crossing depends on which examples were looked at.
//
// One set of resampled examples a replicate, used at every step and for every event: noise that an
// example carries through training then moves a whole curve, as it should. Percentile interval
// (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13), quantiles rounded
// outwards. It speaks of examples within one run, never of other seeds.
// Thread rule: pure.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "analysis/events.h"
#include "analysis/series.h"
#include "analysis/stats/crossing.h"

namespace kairo {

// How often each example stands in each replicate. The draws depend on (n_examples, samples, seed)
// alone, so two series over the same examples share them; two with different numbers of examples
// have draws of their own from the same seed and are not paired.
struct Resamples {
  int64_t n_examples = 0;
  int64_t samples = 0;
  std::vector<float> counts;  // [example, sample]; a column sums to n_examples
};

// Throws kConfig where n_examples or samples is below 1.
Resamples draw_resamples(int64_t n_examples, int64_t samples, uint64_t seed);

// Draws once for each number of examples, so that whatever looks at the same examples is paired.
// Thread rule: one thread.
class ResampleCache {
 public:
  ResampleCache(int64_t samples, uint64_t seed) : samples_(samples), seed_(seed) {}
  const Resamples& get(int64_t n_examples);

 private:
  int64_t samples_;
  uint64_t seed_;
  std::map<int64_t, Resamples> by_n_;
};

// Mean of each replicate at each step, [sample][step]; NaN examples are left out, NaN where none is
// left. Throws kShape where the series has another number of examples.
std::vector<std::vector<double>> resampled_means(const Series& series, const Resamples& resamples);

// What a crossing is asked of: see find_crossing.
struct HoldRule {
  int64_t spacing = 0;  // D, steps
  int64_t hold_spacings = 2;
};

// The threshold in the series' units; of this very curve where it is relative to the first value.
double threshold_of(const Event& event, const std::vector<double>& curve);

struct BootstrapInterval {
  double low = 0;   // step
  double high = 0;  // step; infinity where too many replicates have no event
  double share_never = 0;
};

// The (1-c)/2 quantile of `lows` and the 1-(1-c)/2 quantile of `highs`, rounded outwards to a
// replicate, so that the interval's share is at least the one asked for. Not empty; no NaN.
struct Quantiles {
  double low = 0;
  double high = 0;
};
Quantiles outward_quantiles(std::vector<double> lows, std::vector<double> highs, double confidence);

// Where a crossing lies: (begin, end]. `begin` is the first record's step where there is no record
// before; both are infinite for kNone.
struct StepRange {
  double begin = 0;
  double end = 0;
};
StepRange range_of(const Crossing& crossing, int64_t first_step);

// Each replicate has its crossing in (after, step]: `low` is the (1-c)/2 quantile of `after` (the
// first record's step where there is no record before), `high` the 1-(1-c)/2 quantile of `step`; a
// replicate without an event counts as infinity, an unconfirmed one with its step. Widened to
// contain `of_mean`, so that it is never narrower than the records allow.
BootstrapInterval interval_of(const std::vector<Crossing>& replicates, const Crossing& of_mean,
                              int64_t first_step, double confidence);
BootstrapInterval bootstrap_crossing(const Series& series, const Event& event, const HoldRule& rule,
                                     const Crossing& of_mean, const Resamples& resamples,
                                     double confidence);

}  // namespace kairo
