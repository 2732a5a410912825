#include "analysis/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/random.h"
#include "hooks/error.h"

namespace kairo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

// Quantiles of `values` rounded outwards, so that the interval's share is at least the one asked
// for.
double lower_quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::floor(share * (values.size() - 1)))];
}

double upper_quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::ceil((1 - share) * (values.size() - 1)))];
}

}  // namespace

Resamples draw_resamples(int64_t n_examples, int64_t samples, uint64_t seed) {
  if (n_examples < 1 || samples < 1) {
    throw Error(ErrorKind::kConfig,
                {"transitions.bootstrap_samples", "at least one replicate and one example",
                 std::to_string(samples) + " replicates of " + std::to_string(n_examples), ""});
  }
  Resamples result{n_examples, samples, std::vector<float>(n_examples * samples, 0.0f)};
  Random random(seed);
  for (int64_t b = 0; b < samples; ++b) {
    for (int64_t draw = 0; draw < n_examples; ++draw) {
      result.counts[random.below(n_examples) * samples + b] += 1;
    }
  }
  return result;
}

std::vector<std::vector<double>> resampled_means(const Series& series, const Resamples& resamples) {
  const std::size_t n_steps = series.per_example.size();
  std::vector<std::vector<double>> means(resamples.samples, std::vector<double>(n_steps));
  std::vector<double> sums(resamples.samples), weights(resamples.samples);
  for (std::size_t s = 0; s < n_steps; ++s) {
    const std::vector<float>& values = series.per_example[s];
    if (static_cast<int64_t>(values.size()) != resamples.n_examples) {
      throw Error(ErrorKind::kShape,
                  {series.name, std::to_string(resamples.n_examples) + " examples at every step",
                   std::to_string(values.size()), "make the record again"});
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

BootstrapInterval bootstrap_crossing(const Series& series, const Event& event, const HoldRule& rule,
                                     const Crossing& of_mean, const Resamples& resamples,
                                     double confidence) {
  const double first = static_cast<double>(series.steps.front());
  const auto begin_of = [&](const Crossing& c) {
    return c.after < 0 ? first : static_cast<double>(c.after);
  };
  std::vector<double> begins, ends;
  int64_t never = 0;
  for (const std::vector<double>& curve : resampled_means(series, resamples)) {
    const Crossing crossing =
        find_crossing(series.steps, curve, event.side, threshold_of(event, curve), rule.spacing,
                      rule.hold_spacings);
    const bool happened = crossing.status != EventStatus::kNone;
    never += happened ? 0 : 1;
    begins.push_back(happened ? begin_of(crossing) : kInfinity);
    ends.push_back(happened ? static_cast<double>(crossing.step) : kInfinity);
  }
  BootstrapInterval interval;
  const double tail = (1 - confidence) / 2;
  interval.low = lower_quantile(std::move(begins), tail);
  interval.high = upper_quantile(std::move(ends), tail);
  interval.share_never = static_cast<double>(never) / static_cast<double>(resamples.samples);
  if (of_mean.status != EventStatus::kNone) {
    interval.low = std::min(interval.low, begin_of(of_mean));
    interval.high = std::max(interval.high, static_cast<double>(of_mean.step));
  }
  return interval;
}

}  // namespace kairo
