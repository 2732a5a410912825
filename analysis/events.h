// The named events: which series, which threshold, and how reports say it.
//
// A study says its events as data (EventSpec); a run has those of its task. In the texts of a spec,
// braces are replaced: {threshold:g} the number under transitions.<threshold>, {ambiguity:.4g} the
// task's ambiguity in nats, {value:.4g} the threshold in the units of the series.
#pragma once

#include <string>
#include <vector>

#include "analysis/run_data.h"
#include "analysis/stats/crossing.h"

namespace kairo {

enum class RelativeTo {
  kNothing,    // the threshold is in the units of the series
  kFirst,      // a fraction of the series' first value
  kAmbiguity,  // a fraction of the task's ambiguity, nats; a task without one has no event
};

struct EventSpec {
  std::string name;        // "accuracy"
  std::string title;       // "accuracy > {threshold:g}", as figures print it
  std::string claim;       // "the model predicted the target tokens", a report's first line
  std::string subject;     // "Prediction of the target tokens", if it was not measured
  std::string definition;  // one sentence
  std::string series;      // "performance/accuracy"
  std::string units;       // of the series
  Side side = Side::kAbove;
  std::string threshold;  // "accuracy": the key transitions.accuracy
  RelativeTo relative_to = RelativeTo::kNothing;
};

struct Event {
  std::string name, title, claim, subject, definition, series, units;  // as in EventSpec
  Side side = Side::kAbove;
  double threshold = 0;            // in units, or a fraction:
  bool relative_to_first = false;  // threshold is a fraction of the series' first value
};

// The events of the run's task, in the study's order. An event is listed whether or not the run has
// its series; one relative to the ambiguity only where the task has an ambiguity.
std::vector<Event> named_events(const RunData& run);

}  // namespace kairo
