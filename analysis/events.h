// The named events: which series, which threshold, and how reports say it.
#pragma once

#include <string>
#include <vector>

#include "analysis/run_data.h"
#include "analysis/stats/crossing.h"

namespace kairo {

struct Event {
  std::string name;        // "z_gap"
  std::string title;       // "z gap > 0.5 nats", as figures print it
  std::string claim;       // "the model began to use z", as a report's first line says it
  std::string subject;     // "Onset of z use", as a report says that it was not measured
  std::string definition;  // one sentence
  std::string series;      // "z_shuffle/z_gap"
  std::string units;       // of the series
  Side side = Side::kAbove;
  double threshold = 0;            // in units, or a fraction:
  bool relative_to_first = false;  // threshold is a fraction of the series' first value
};

// In this order: z_gap, first_target_loss_log_k (only where there is an ambiguity to resolve),
// first_target_loss_first, accuracy. An event is listed whether or not the run has its series.
std::vector<Event> named_events(const RunData& run);

}  // namespace kairo
