#include "analysis/stats/rise.h"

#include <cmath>
#include <limits>

namespace kairo {
namespace {

// Of the values that are defined in [from, to]; NaN where there is none.
double mean_between(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                    int64_t from, int64_t to) {
  double sum = 0;
  int64_t n = 0;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    if (steps[s] < from || steps[s] > to || !std::isfinite(curve[s])) continue;
    sum += curve[s];
    ++n;
  }
  return n > 0 ? sum / static_cast<double>(n) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

RiseRule rise_rule(const RunData& run, const std::vector<int64_t>& steps) {
  RiseRule rule;
  rule.hold = {spacing_before_refinement(steps, run.checkpoint_spacing),
               run.transitions.hold_spacings};
  rule.least_rise = run.transitions.least_rise;
  return rule;
}

RiseLevels rise_levels(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                       const RiseRule& rule) {
  RiseLevels levels;
  levels.start = std::isfinite(curve.front()) ? curve.front() : 0;
  const int64_t from = steps.back() - rule.hold.hold_spacings * rule.hold.spacing;
  levels.end = mean_between(steps, curve, from, steps.back());
  if (std::isnan(levels.end)) levels.end = levels.start;
  return levels;
}

bool still_rises(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                 const RiseRule& rule) {
  const RiseLevels levels = rise_levels(steps, curve, rule);
  const double rise = levels.end - levels.start;
  if (rise < rule.least_rise) return false;
  const int64_t window = rule.hold.hold_spacings * rule.hold.spacing;
  const int64_t from = steps.back() - window;
  double before = mean_between(steps, curve, from - window, from - 1);
  if (std::isnan(before)) before = levels.start;  // all that it rose it did in the last window
  return levels.end - before > kMostLateRise * rise;
}

RiseCrossings find_rise(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                        const RiseRule& rule) {
  const RiseLevels levels = rise_levels(steps, curve, rule);
  RiseCrossings crossings;
  if (levels.end - levels.start < rule.least_rise) return crossings;
  for (std::size_t i = 0; i < kRiseShares.size(); ++i) {
    const double level = levels.start + kRiseShares[i] * (levels.end - levels.start);
    crossings[i] = find_crossing(steps, curve, Side::kAbove, level, rule.hold.spacing,
                                 rule.hold.hold_spacings);
  }
  return crossings;
}

Rise measure_rise(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                  const std::vector<std::vector<double>>& replicates, const RiseRule& rule,
                  double confidence) {
  Rise rise{rule,
            rise_levels(steps, curve, rule),
            find_rise(steps, curve, rule),
            still_rises(steps, curve, rule),
            {},
            {}};
  for (const std::vector<double>& each : replicates) {
    rise.replicates.push_back(find_rise(steps, each, rule));
  }
  if (replicates.empty()) return rise;
  for (std::size_t i = 0; i < kRiseShares.size(); ++i) {
    std::vector<Crossing> crossings;
    for (const RiseCrossings& each : rise.replicates) crossings.push_back(each[i]);
    rise.intervals.push_back(interval_of(crossings, rise.crossings[i], steps.front(), confidence));
  }
  return rise;
}

}  // namespace kairo
