#include "analysis/event_windows.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "analysis/task_analysis.h"
#include "core/base/error.h"
#include "core/base/nearest_name.h"

namespace kairo {
namespace {

constexpr int64_t kMostRecords = 50;  // in a window, unless told otherwise

std::string why_nothing(const Transition& t, int64_t every) {
  const Crossing& crossing = t.crossing;
  if (!t.left_out.empty()) return describe(t);
  if (crossing.status == EventStatus::kNone) {
    return fmt::format("none in the records up to step {}", t.last_step);
  }
  if (crossing.after < 0) {
    return fmt::format("from the first record on, at step {}", crossing.step);
  }
  if (crossing.step - crossing.after > every) return "";
  return fmt::format("known to {} already: {}",
                     crossing.step - crossing.after == 1
                         ? "the step"
                         : fmt::format("{} steps", crossing.step - crossing.after),
                     describe(t));
}

EventWindow window_of(const Transition& t, int64_t every) {
  EventWindow window;
  window.found = t;
  window.first = t.crossing.after;
  window.last = t.crossing.step;
  const int64_t width = window.last - window.first;
  window.every = every > 0 ? every : (width + kMostRecords - 1) / kMostRecords;
  window.nothing = why_nothing(t, window.every);
  return window;
}

void require_one_of(const std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  std::string all;
  for (const std::string& each : names) all += (all.empty() ? "" : ", ") + each;
  throw Error(ErrorKind::kUsage)
      .at("--refine")
      .expected("one of " + all)
      .came(name)
      .hint(did_you_mean(name, names));
}

}  // namespace

std::vector<std::string> event_names() {
  std::vector<std::string> names = {"onset", "all"};
  for (const TaskAnalysis& task : task_analyses()) {
    for (const EventSpec& event : task.events) {
      if (std::find(names.begin(), names.end(), event.name) != names.end()) continue;
      names.push_back(event.name);
    }
  }
  return names;
}

std::vector<std::string> probes_of_events(const std::string& task) {
  std::vector<std::string> probes;
  for (const EventSpec& event : analysis_of(task).events) {
    const std::string probe = probe_of(event.series);
    if (std::find(probes.begin(), probes.end(), probe) == probes.end()) probes.push_back(probe);
  }
  return probes;
}

void check_event_name(const std::string& name) { require_one_of(event_names(), name); }

std::vector<EventWindow> event_windows(const RunData& run, const std::string& name, int64_t every) {
  const std::vector<Transition> transitions = find_transitions(run);
  const bool is_onset = name == "onset" && !transitions.empty();
  const std::string wanted = is_onset ? transitions.front().event.name : name;
  std::vector<std::string> names = {"onset", "all"};
  std::vector<EventWindow> windows;
  for (const Transition& t : transitions) {
    names.push_back(t.event.name);
    if (wanted == "all" || wanted == t.event.name) windows.push_back(window_of(t, every));
  }
  if (!windows.empty()) return windows;
  require_one_of(names, name);
  return windows;
}

}  // namespace kairo
