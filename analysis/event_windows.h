// Where to look closer: the steps between the two records around an event, for
// `analyze --refine EVENT`. An event lies in (previous record, s]; a replay of that window puts it
// between two closer records (training/refiner.h).
//
// Thread rule: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/transition.h"

namespace kairo {

struct EventWindow {
  Transition found;     // the event as the records have it
  int64_t first = 0;    // the record before
  int64_t last = 0;     // the record that the event is at
  int64_t every = 1;    // steps
  std::string nothing;  // why there is no window, or ""
};

// "onset", "all" and the names of the events of all tasks.
std::vector<std::string> event_names();
// The probes whose records have the series of the events of `task`, each once.
std::vector<std::string> probes_of_events(const std::string& task);
// kUsage where `name` is none of them: before any record is read.
void check_event_name(const std::string& name);

// `name`: "onset" (the first event of the run's task), another of named_events, or "all".
// `every`: steps between records in the window; 0: 1 where it is at most 50 wide, else about a
// fiftieth of it. An event without a window (none, left out, at the first record, or known to
// `every` steps already) is listed with the reason. kUsage for another name.
std::vector<EventWindow> event_windows(const RunData& run, const std::string& name, int64_t every);

}  // namespace kairo
