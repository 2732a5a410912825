// All that is said of when and how a run changed: its events, the rise, sharpness and change point
// of each of its series, and the order in which they rose. Definitions: transition.h, rise.h,
// sharpness.h, change_point.h, order.h. Thread rule: pure.
#pragma once

#include <vector>

#include "analysis/stats/change_point.h"
#include "analysis/stats/order.h"
#include "analysis/stats/sharpness.h"
#include "analysis/transition.h"

namespace kairo {

struct SeriesFinding {
  TimedSeries series;  // without per-example values: they are in the records
  int64_t n_examples = 0;
  int64_t first_step = 0, last_step = 0;
  Rise rise;  // without replicates; not computed where the series is not bounded
  Sharpness sharpness;
  ChangePoint change_point;
};

struct Findings {
  std::vector<Transition> transitions;  // as find_transitions
  std::vector<SeriesFinding> series;    // as timed_series, those left out too
  std::vector<Order> orders;            // of all pairs of bounded series, by index into `series`
};

// Everything from the same resampled examples (paired), with transitions.seed.
Findings find_all(const RunData& run);

// How many heads and sites were searched, summed over the series of the order.
int64_t n_searched(const Findings& findings);

}  // namespace kairo
