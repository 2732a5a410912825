#include "analysis/stats/seed_spread.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/stats/quantiles.h"

namespace kairo {
namespace {

constexpr double kOpenEnd = std::numeric_limits<double>::infinity();

std::vector<SeedValue> measured_of(const std::vector<SeedValue>& seeds) {
  std::vector<SeedValue> measured;
  std::copy_if(seeds.begin(), seeds.end(), std::back_inserter(measured),
               [](const SeedValue& each) { return each.is_measured(); });
  return measured;
}

std::size_t count(const std::vector<SeedValue>& seeds, SeedStatus status) {
  return std::count_if(seeds.begin(), seeds.end(),
                       [&](const SeedValue& each) { return each.status == status; });
}

// "not reached in 1 and unconfirmed in 1", "" where all are confirmed.
std::string open_words(const std::vector<SeedValue>& measured) {
  std::string words;
  for (SeedStatus each : kSeedStatuses) {
    const std::size_t n = each == SeedStatus::kConfirmed ? 0 : count(measured, each);
    if (n == 0) continue;
    words += fmt::format("{}{} in {}", words.empty() ? "" : " and ", status_words(each), n);
  }
  return words;
}

void add_range(const std::vector<SeedValue>& measured, SeedSpread& spread) {
  const std::size_t without = count(measured, SeedStatus::kNoTransition);
  if (without > 0) {
    spread.why_no_range = fmt::format("no transition in {} of {} seeds", without, measured.size());
    return;
  }
  if (measured.size() < 2) {
    spread.why_no_range = "fewer than two seeds";
    return;
  }
  spread.has_range = true;
  spread.range_low = kOpenEnd;
  spread.range_high = -kOpenEnd;
  for (const SeedValue& each : measured) {
    spread.range_low = std::min(spread.range_low, each.low);
    spread.range_high = std::max(spread.range_high, each.high);
  }
  spread.range_coverage = coverage_of_range(measured.size());
}

void add_t_interval(const std::vector<SeedValue>& measured, double confidence, double least,
                    SeedSpread& spread) {
  if (count(measured, SeedStatus::kNoTransition) > 0) {
    spread.why_no_t = spread.why_no_range;
    return;
  }
  const std::string open = open_words(measured);
  if (!open.empty()) {
    spread.why_no_t = fmt::format("{} of {} seeds, so no mean", open, measured.size());
    return;
  }
  if (measured.size() < kLeastSeedsForT) {
    spread.why_no_t =
        measured.size() < 2 ? "fewer than two seeds" : "two seeds are too few for an interval";
    return;
  }
  const double n = static_cast<double>(measured.size());
  std::vector<double> middles;
  double between_bounds = 0, lows = 0, highs = 0;
  for (const SeedValue& each : measured) {
    middles.push_back((each.low + each.high) / 2);
    between_bounds += (each.high - each.low) * (each.high - each.low) / 12 / n;
    lows += each.low / n;
    highs += each.high / n;
  }
  const double t = student_t_two_sided(confidence, n - 1);
  const MeanInterval interval = t_interval_of(middles, t, between_bounds);
  spread.has_t_interval = true;
  spread.mean = interval.mean;
  spread.t_low = std::max(std::min(interval.mean - interval.half, lows), least);
  spread.is_cut = interval.mean - interval.half < least;
  spread.t_high = std::max(interval.mean + interval.half, highs);
}

std::string cut_words(const SeedSpread& spread) {
  return spread.is_cut ? " (cut at 0, since no step is negative)" : "";
}

std::string bound_text(double bound) {
  if (std::isfinite(bound)) return fmt::format("{:.0f}", bound);
  return bound > 0 ? "beyond the last record" : "before any record";
}

}  // namespace

const char* status_name(SeedStatus status) {
  switch (status) {
    case SeedStatus::kConfirmed:
      return "confirmed";
    case SeedStatus::kUnconfirmed:
      return "unconfirmed";
    case SeedStatus::kStillRising:
      return "still_rising";
    case SeedStatus::kCensored:
      return "censored";
    case SeedStatus::kNoTransition:
      return "no_transition";
    case SeedStatus::kLeftOut:
      break;
  }
  return "left_out";
}

std::string status_words(SeedStatus status) {
  if (status == SeedStatus::kCensored) return "not reached";
  if (status == SeedStatus::kLeftOut) return "not measured";
  std::string words = status_name(status);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

SeedValue seed_value(SeedStatus status, double after, double at, double last) {
  SeedValue seed;
  seed.status = status;
  switch (status) {
    case SeedStatus::kConfirmed:
      seed.value = seed.high = at;
      seed.low = after;
      break;
    case SeedStatus::kUnconfirmed:
    case SeedStatus::kStillRising:
      seed.low = after;
      break;
    case SeedStatus::kCensored:
      seed.low = last;
      break;
    case SeedStatus::kNoTransition:
    case SeedStatus::kLeftOut:
      break;
  }
  return seed;
}

SeedValue difference(const SeedValue& first, const SeedValue& second) {
  SeedValue gap;
  gap.status = std::max(first.status, second.status);
  if (!gap.is_measured()) return gap;
  gap.value = second.value - first.value;
  gap.low = second.low - first.high;
  gap.high = second.high - first.low;
  return gap;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const double low = values[(values.size() - 1) / 2], high = values[values.size() / 2];
  return low == high ? low : (low + high) / 2;
}

double coverage_of_range(std::size_t n) { return 1 - 2 / std::exp2(static_cast<double>(n)); }

MeanInterval t_interval_of(const std::vector<double>& values, double t, double further) {
  const double n = static_cast<double>(values.size());
  MeanInterval interval;
  double squares = 0;
  for (double each : values) interval.mean += each / n;
  for (double each : values) squares += (each - interval.mean) * (each - interval.mean);
  interval.half = t * std::sqrt((squares / (n - 1) + further) / n);
  return interval;
}

SeedSpread spread_over_seeds(const std::vector<SeedValue>& seeds, double confidence, double least) {
  const std::vector<SeedValue> measured = measured_of(seeds);
  SeedSpread spread;
  add_range(measured, spread);
  add_t_interval(measured, confidence, least, spread);
  return spread;
}

SeedValue median_over_seeds(const std::vector<SeedValue>& seeds) {
  const std::vector<SeedValue> measured = measured_of(seeds);
  SeedValue median;
  if (measured.empty() || count(measured, SeedStatus::kNoTransition) > 0) return median;
  std::vector<double> lows, highs, values;
  double least_open = kOpenEnd;
  median.status = SeedStatus::kConfirmed;
  for (const SeedValue& each : measured) {
    lows.push_back(each.low);
    highs.push_back(each.high);
    values.push_back(each.is_confirmed() ? each.value : kOpenEnd);
    if (each.is_confirmed()) continue;
    least_open = std::min(least_open, each.low);
    median.status = std::max(median.status, each.status);
  }
  median.low = median_of(lows);
  median.high = median_of(highs);
  std::sort(values.begin(), values.end());
  // An open seed beyond the middle stays beyond it, wherever it lies.
  const double last_needed = values[values.size() / 2];
  if (std::isfinite(last_needed) && least_open >= last_needed) {
    median.status = SeedStatus::kConfirmed;
    median.value = median_of(values);
  }
  return median;
}

std::string t_interval_text(const SeedSpread& spread, double confidence) {
  if (!spread.has_t_interval) return spread.why_no_t;
  return fmt::format("mean {:.0f}, {:g} % t interval {:.0f} to {:.0f}{}", spread.mean,
                     100 * confidence, spread.t_low, spread.t_high, cut_words(spread));
}

std::string range_text(const SeedSpread& spread) {
  if (!spread.has_range) return spread.why_no_range;
  return fmt::format("{} to {} (contains the median with at least {:g} %)",
                     bound_text(spread.range_low), bound_text(spread.range_high),
                     100 * spread.range_coverage);
}

std::string short_t_interval(const SeedSpread& spread) {
  if (!spread.has_t_interval) return spread.why_no_t;
  return fmt::format("{:.0f} ({:.0f} to {:.0f}{})", spread.mean, spread.t_low, spread.t_high,
                     spread.is_cut ? ", cut" : "");
}

std::string short_range(const SeedSpread& spread) {
  if (!spread.has_range) return spread.why_no_range;
  return fmt::format("{} to {} (≥ {:g} %)", bound_text(spread.range_low),
                     bound_text(spread.range_high), 100 * spread.range_coverage);
}

}  // namespace kairo
