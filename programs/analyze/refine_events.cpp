#include "programs/analyze/refine_events.h"

#include <fmt/format.h>

#include <iostream>

#include "analysis/event_windows.h"

namespace kairo {
namespace {

std::vector<EventWindow> windows_of(const RunDirectory& run, const EventRefinement& request,
                                    const RunSettings& settings) {
  TransitionsOptions transitions = settings.transitions;
  transitions.bootstrap_samples = 0;  // no interval over examples is asked for
  const RunData data =
      load_run(run, request.label, probes_of_events(settings.run.task.name), transitions,
               settings.run.training.checkpoint_every, request.damaged);
  return event_windows(data, request.event, request.every);
}

void say(const EventWindow& window) {
  std::cout << fmt::format("{:<36} {}\n", window.found.event.title,
                           window.nothing.empty() ? "before refinement " + describe(window.found)
                                                  : "nothing to refine: " + window.nothing);
}

}  // namespace

RefineResult refine_events(const RunDirectory& run, const EventRefinement& request,
                           const RunSettings& settings, const CommonFlags& common) {
  const RunRefiner refiner(run, settings.run, common);
  RefineResult all;
  for (const EventWindow& window : windows_of(run, request, settings)) {
    if (!common.quiet) say(window);
    if (!window.nothing.empty()) continue;
    const RefineWindow steps{window.first, window.last, window.every};
    if (common.dry_run) {
      std::cout << "  would replay " << refiner.plan(steps) << "\n";
      continue;
    }
    const RefineResult one = refiner.refine(steps);
    all.n_added += one.n_added;
    all.n_proofs += one.n_proofs;
    all.was_stopped = one.was_stopped;
    if (all.was_stopped) break;
  }
  return all;
}

}  // namespace kairo
