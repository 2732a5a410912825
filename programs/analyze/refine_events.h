// analyze --refine EVENT: from the records of a run to the windows around its events
// (analysis/event_windows.h), and their replay (programs/refine_run.h).
#pragma once

#include <cstdint>
#include <string>

#include "analysis/run_data.h"
#include "programs/refine_run.h"

namespace kairo {

struct EventRefinement {
  std::string event;  // as event_windows knows it
  int64_t every = 0;  // steps; 0: event_windows' choice
  std::string label;  // of the records
  DamagedFiles damaged = DamagedFiles::kRefused;
};

// Says of each event what is refined or why nothing is; with --dry-run that is all. Windows that
// overlap are replayed once: what the first has made is there for the second. Throws what load_run,
// event_windows and RunRefiner throw.
RefineResult refine_events(const RunDirectory& run, const EventRefinement& request,
                           const RunSettings& settings, const CommonFlags& common);

}  // namespace kairo
