#include "analysis/events.h"

#include <spdlog/fmt/fmt.h>

#include "analysis/task_analysis.h"

namespace kairo {
namespace {

Event event_of(const EventSpec& spec, const RunData& run) {
  const double given = run.transitions.threshold(spec.threshold);
  const double value =
      spec.relative_to == RelativeTo::kAmbiguity ? given * run.ambiguity_nats : given;
  const auto text = [&](const std::string& words) {
    return fmt::format(fmt::runtime(words), fmt::arg("threshold", given),
                       fmt::arg("ambiguity", run.ambiguity_nats), fmt::arg("value", value));
  };
  Event event;
  event.name = spec.name;
  event.title = text(spec.title);
  event.claim = spec.claim;
  event.subject = spec.subject;
  event.definition = text(spec.definition);
  event.series = spec.series;
  event.units = spec.units;
  event.side = spec.side;
  event.threshold = value;
  event.relative_to_first = spec.relative_to == RelativeTo::kFirst;
  return event;
}

}  // namespace

std::vector<Event> named_events(const RunData& run) {
  std::vector<Event> events;
  for (const EventSpec& spec : analysis_of(run.task).events) {
    const bool is_defined = spec.relative_to != RelativeTo::kAmbiguity || run.ambiguity_nats > 0;
    if (is_defined) events.push_back(event_of(spec, run));
  }
  return events;
}

}  // namespace kairo
