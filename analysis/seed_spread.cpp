#include "analysis/seed_spread.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/quantiles.h"

namespace kairo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void add_range(const std::vector<SeedValue>& measured, SeedSpread& spread) {
  if (measured.size() < 2) return;
  spread.has_range = true;
  spread.range_low = kInfinity;
  spread.range_high = -kInfinity;
  for (const SeedValue& each : measured) {
    spread.range_low = std::min(spread.range_low, each.low);
    spread.range_high = std::max(spread.range_high, each.high);
  }
  spread.range_coverage = 1 - 2 / std::exp2(static_cast<double>(measured.size()));
}

void add_t_interval(const std::vector<SeedValue>& measured, double confidence, SeedSpread& spread) {
  const double n = static_cast<double>(measured.size());
  double lows = 0, highs = 0, squares = 0;
  for (const SeedValue& each : measured) {
    spread.mean += each.value / n;
    lows += each.low / n;
    highs += each.high / n;
  }
  for (const SeedValue& each : measured) {
    squares += (each.value - spread.mean) * (each.value - spread.mean);
  }
  const double half =
      student_t_two_sided(confidence, n - 1) * std::sqrt(squares / (n - 1)) / std::sqrt(n);
  spread.has_t_interval = true;
  spread.t_low = lows - half;
  spread.t_high = highs + half;
}

std::string bound_text(double bound) {
  if (std::isfinite(bound)) return fmt::format("{:.0f}", bound);
  return bound > 0 ? "beyond the last record" : "before any record";
}

}  // namespace

SeedSpread spread_over_seeds(const std::vector<SeedValue>& seeds, double confidence) {
  std::vector<SeedValue> measured;
  std::copy_if(seeds.begin(), seeds.end(), std::back_inserter(measured),
               [](const SeedValue& each) { return each.is_measured; });
  const auto n_censored =
      std::count_if(measured.begin(), measured.end(),
                    [](const SeedValue& each) { return std::isnan(each.value); });
  SeedSpread spread;
  add_range(measured, spread);
  if (n_censored > 0) {
    spread.why_no_t =
        fmt::format("{} of {} seeds censored: a mean is not known", n_censored, measured.size());
  } else if (measured.size() < 2) {
    spread.why_no_t = "fewer than two seeds";
  } else {
    add_t_interval(measured, confidence, spread);
  }
  return spread;
}

std::string t_interval_text(const SeedSpread& spread, double confidence) {
  if (!spread.has_t_interval) return "none: " + spread.why_no_t;
  return fmt::format("mean {:.0f}, {:g} % t interval {:.0f} to {:.0f}", spread.mean,
                     100 * confidence, spread.t_low, spread.t_high);
}

std::string range_text(const SeedSpread& spread) {
  if (!spread.has_range) return "none: fewer than two seeds";
  return fmt::format("{} to {}, has the median with {:g} %", bound_text(spread.range_low),
                     bound_text(spread.range_high), 100 * spread.range_coverage);
}

std::string short_t_interval(const SeedSpread& spread) {
  if (!spread.has_t_interval) return "none: " + spread.why_no_t;
  return fmt::format("{:.0f} ({:.0f} to {:.0f})", spread.mean, spread.t_low, spread.t_high);
}

std::string short_range(const SeedSpread& spread) {
  if (!spread.has_range) return "none: fewer than two seeds";
  return fmt::format("{} to {} ({:g} %)", bound_text(spread.range_low),
                     bound_text(spread.range_high), 100 * spread.range_coverage);
}

}  // namespace kairo
