// When a series has risen by 25, 50 and 75 %: one criterion for all series, so that their order can
// be told.
//
// Definition (docs/definitions.md): start is the value at the first record (0 where it is
// undefined there), end the mean of the records in the last hold·D steps. The level of a share p is
// start + p (end - start); it is reached at s if the value is above it at every record in
// [s, s + hold·D] (find_crossing). A series that rises by less than least_rise, or falls, has no
// rise: status none. One that still rises at the end (its last hold·D steps lie above the hold·D
// before them by more than kMostLateRise of the whole rise) has shares of a level that is not its
// last: they may come later, and it has no place in an order. Thread rule: pure.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/stats/bootstrap.h"
#include "analysis/timed_series.h"

namespace kairo {

inline constexpr std::array<double, 3> kRiseShares = {0.25, 0.5, 0.75};

// A rise that goes on so fast and halves its pace every hold·D steps ends a tenth higher.
inline constexpr double kMostLateRise = 0.1;

struct RiseRule {
  HoldRule hold;
  double least_rise = 0;  // in the series' units
};
RiseRule rise_rule(const RunData& run, const std::vector<int64_t>& steps);

struct RiseLevels {
  double start = 0;
  double end = 0;
};
// Of one curve, [step], not empty. An end that is undefined is the start: no rise.
RiseLevels rise_levels(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                       const RiseRule& rule);

// Whether the curve still rises at the end, as above.
bool still_rises(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                 const RiseRule& rule);

using RiseCrossings = std::array<Crossing, kRiseShares.size()>;
RiseCrossings find_rise(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                        const RiseRule& rule);

struct Rise {
  RiseRule rule;
  RiseLevels levels;  // of the mean curve
  RiseCrossings crossings;
  bool still_rises = false;  // the mean curve at its end
  // Paired bootstrap over examples; empty where no replicates were given.
  std::vector<BootstrapInterval> intervals;  // [share]
  std::vector<RiseCrossings> replicates;     // [sample]; each with levels of its own
};

// `replicates`: resampled_curves of the series, or empty.
Rise measure_rise(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                  const std::vector<std::vector<double>>& replicates, const RiseRule& rule,
                  double confidence);

}  // namespace kairo
