// Transitions: for each named event, the step from which its series stays beyond the threshold, and
// how far that step depends on the examples looked at.
//
// Definition (docs/definitions.md): an event is at s if the value is beyond the threshold at
// every record in [s, s + hold·D]; it lies in (previous record, s]. Not held for hold·D before the
// end: unconfirmed. Never beyond: none (censored: counted, not dropped). D is the checkpoint
// spacing before refinement (spacing_before_refinement in crossing.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/events.h"
#include "analysis/run_data.h"
#include "analysis/series.h"
#include "analysis/stats/bootstrap.h"
#include "analysis/stats/crossing.h"

namespace kairo {

struct Transition {
  Event event;
  double threshold_value = 0;  // in units, after relative_to_first
  Crossing crossing;           // of the mean curve
  // Interval within this run: paired bootstrap over examples, never narrower than (after, step].
  // There is none where the mean curve has no event or the record keeps no per-example values.
  bool has_interval = false;
  double low = 0;   // step
  double high = 0;  // step; infinity where the upper bound is censored
  double confidence = 0;
  int64_t bootstrap_samples = 0;
  double share_never = 0;  // of the resampled curves that have no event
  int64_t n_examples = 0;
  int64_t n_steps = 0;
  int64_t first_step = 0;  // of the series' records
  int64_t last_step = 0;
  int64_t spacing = 0;        // D, steps
  int64_t hold_spacings = 0;  // so many D the value has to hold
  // The command that measures inside the interval as densely as around the step, where a refinement
  // left it wider than that: "train --experiment quick --refine 375:450 --every 1"; else "".
  std::string narrower;
  std::string left_out;  // why it could not be computed, or ""
};

// One Transition an event, in the order of named_events; one whose series the run lacks has
// left_out. The same resampled examples are used at every step and for every event (paired), from
// transitions.seed; see Resamples for series with different numbers of examples.
std::vector<Transition> find_transitions(const RunData& run, ResampleCache& resamples);
std::vector<Transition> find_transitions(const RunData& run);

// By the step at which they happened; then those that did not, then those left out. Events of one
// step keep their order.
std::vector<Transition> in_time(std::vector<Transition> transitions);

// "confirmed", "unconfirmed", "none", "left_out"
std::string status_name(const Transition& transition);

// "2150 (2100, 2150], 95 % interval 2050-2200", with the command that narrows it; "none",
// "unconfirmed from 19800", "left out: K = 1 …".
std::string describe(const Transition& transition);

}  // namespace kairo
