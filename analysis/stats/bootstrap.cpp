#include "analysis/stats/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/base/error.h"
#include "core/base/random.h"

namespace kairo {
namespace {

constexpr double kNotReached = std::numeric_limits<double>::infinity();

// Sums over examples for all replicates of one step at once: the inner loop runs over replicates,
// which are contiguous, so that the compiler can use vector instructions without reordering a sum.
void add_step(const std::vector<float>& values, const Resamples& resamples,
              std::vector<double>& sums, std::vector<double>& weights) {
  std::fill(sums.begin(), sums.end(), 0.0);
  std::fill(weights.begin(), weights.end(), static_cast<double>(resamples.n_examples));
  for (int64_t e = 0; e < resamples.n_examples; ++e) {
    const float* counts = resamples.counts.data() + e * resamples.samples;
    const double value = values[e];
    if (std::isnan(value)) {
      for (int64_t b = 0; b < resamples.samples; ++b) weights[b] -= counts[b];
      continue;
    }
    for (int64_t b = 0; b < resamples.samples; ++b) sums[b] += counts[b] * value;
  }
}

}  // namespace

Resamples draw_resamples(int64_t n_examples, int64_t samples, uint64_t seed) {
  if (n_examples < 1 || samples < 1) {
    throw Error(ErrorKind::kConfig)
        .at("transitions.bootstrap_samples")
        .expected("at least one resample and one example")
        .came(std::to_string(samples) + " resamples of " + std::to_string(n_examples) +
              " examples");
  }
  Resamples result{n_examples, samples, std::vector<float>(n_examples * samples, 0.0f)};
  Random random(seed);
  for (int64_t b = 0; b < samples; ++b) {
    const std::vector<int64_t> drawn = random_resample(random, n_examples);
    for (int64_t e = 0; e < n_examples; ++e) {
      result.counts[e * samples + b] = static_cast<float>(drawn[e]);
    }
  }
  return result;
}

const Resamples& ResampleCache::get(int64_t n_examples) {
  const auto found = by_n_.find(n_examples);
  if (found != by_n_.end()) return found->second;
  return by_n_[n_examples] = draw_resamples(n_examples, samples_, seed_);
}

std::vector<std::vector<double>> resampled_means(const Series& series, const Resamples& resamples) {
  const std::size_t n_steps = series.per_example.size();
  std::vector<std::vector<double>> means(resamples.samples, std::vector<double>(n_steps));
  std::vector<double> sums(resamples.samples), weights(resamples.samples);
  for (std::size_t s = 0; s < n_steps; ++s) {
    const std::vector<float>& values = series.per_example[s];
    if (static_cast<int64_t>(values.size()) != resamples.n_examples) {
      throw Error(ErrorKind::kShape)
          .at(series.name)
          .expected(std::to_string(resamples.n_examples) + " examples at every step")
          .came(std::to_string(values.size()))
          .hint("measure it again with analyze --force");
    }
    add_step(values, resamples, sums, weights);
    for (int64_t b = 0; b < resamples.samples; ++b) means[b][s] = sums[b] / weights[b];
  }
  return means;
}

double threshold_of(const Event& event, const std::vector<double>& curve) {
  if (!event.relative_to_first) return event.threshold;
  return curve.empty() ? std::numeric_limits<double>::quiet_NaN() : event.threshold * curve[0];
}

Quantiles outward_quantiles(std::vector<double> lows, std::vector<double> highs,
                            double confidence) {
  const double tail = (1 - confidence) / 2;
  std::sort(lows.begin(), lows.end());
  std::sort(highs.begin(), highs.end());
  const auto low = static_cast<std::size_t>(std::floor(tail * (lows.size() - 1)));
  const auto high = static_cast<std::size_t>(std::ceil((1 - tail) * (highs.size() - 1)));
  return {lows[low], highs[high]};
}

StepRange range_of(const Crossing& crossing, int64_t first_step) {
  if (crossing.status == EventStatus::kNone) return {kNotReached, kNotReached};
  return {static_cast<double>(crossing.after < 0 ? first_step : crossing.after),
          static_cast<double>(crossing.step)};
}

BootstrapInterval interval_of(const std::vector<Crossing>& replicates, const Crossing& of_mean,
                              int64_t first_step, double confidence) {
  std::vector<double> begins, ends;
  int64_t never = 0;
  for (const Crossing& each : replicates) {
    const StepRange range = range_of(each, first_step);
    never += each.status == EventStatus::kNone ? 1 : 0;
    begins.push_back(range.begin);
    ends.push_back(range.end);
  }
  const Quantiles quantiles = outward_quantiles(std::move(begins), std::move(ends), confidence);
  BootstrapInterval interval{quantiles.low, quantiles.high, 0};
  interval.share_never = static_cast<double>(never) / static_cast<double>(replicates.size());
  if (of_mean.status != EventStatus::kNone) {
    const StepRange own = range_of(of_mean, first_step);
    interval.low = std::min(interval.low, own.begin);
    interval.high = std::max(interval.high, own.end);
  }
  return interval;
}

BootstrapInterval bootstrap_crossing(const Series& series, const Event& event, const HoldRule& rule,
                                     const Crossing& of_mean, const Resamples& resamples,
                                     double confidence) {
  std::vector<Crossing> crossings;
  for (const std::vector<double>& curve : resampled_means(series, resamples)) {
    crossings.push_back(find_crossing(series.steps, curve, event.side, threshold_of(event, curve),
                                      rule.spacing, rule.hold_spacings));
  }
  return interval_of(crossings, of_mean, series.steps.front(), confidence);
}

}  // namespace kairo
