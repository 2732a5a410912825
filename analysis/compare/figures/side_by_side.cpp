#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/seed_curves.h"

namespace kairo {
namespace {

// "K 20" -> "side_by_side_k20"
std::string name_of_family(const std::string& family) {
  std::string name = "side_by_side";
  if (family.empty()) return name;
  name += '_';
  for (char c : family) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      name += static_cast<char>(std::tolower(byte));
    } else if (c == '_' || c == ',' || c == '/') {
      name += '_';
    }
  }
  return name;
}

// The step of an event: of one run its own, confirmed or not; of several seeds their median, if it
// has a value.
std::optional<Mark> mark_of(const Comparison& comparison, const RunGroup& group,
                            const std::string& event) {
  const SeedValue median = median_lag(comparison, group, event, StepUnit::kSteps);
  if (median.is_confirmed()) return Mark{median.value, "", true, median.low, median.high};
  if (group.runs.size() > 1) return std::nullopt;
  const Lag lag = lag_of(comparison.first_run(group), event, StepUnit::kSteps);
  if (!lag.is_seen()) return std::nullopt;
  return Mark{lag.at, "", false, lag.after, lag.at};
}

// The events in the order of time: of the first group, then those that only the second has, then
// those of neither. Both panels number them so.
std::vector<std::string> events_in_time(const Comparison& comparison, const RunGroup& first,
                                        const RunGroup& second) {
  const auto when = [&](const std::string& event) {
    const auto a = mark_of(comparison, first, event), b = mark_of(comparison, second, event);
    return std::pair(a ? 0 : b ? 1 : 2, a ? a->step : b ? b->step : 0);
  };
  std::vector<std::string> events = lag_events(comparison);
  std::stable_sort(events.begin(), events.end(),
                   [&](const std::string& a, const std::string& b) { return when(a) < when(b); });
  return events;
}

std::vector<Mark> marks_of(const Comparison& comparison, const RunGroup& group,
                           const std::vector<std::string>& events) {
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < events.size(); ++i) {
    std::optional<Mark> mark = mark_of(comparison, group, events[i]);
    if (!mark) continue;
    mark->label = std::to_string(i + 1);
    marks.push_back(*mark);
  }
  return marks;
}

// "forward 2150 in (2100, 2150]", "forward median of 3 seeds 2150 in (2100, 2150)"
std::string lag_words(const Comparison& comparison, const RunGroup& group,
                      const std::string& event) {
  const std::string& variant = group.variant;
  if (group.runs.size() == 1) {
    return variant + " " + lag_text(lag_of(comparison.first_run(group), event, StepUnit::kSteps));
  }
  const SeedValue median = median_lag(comparison, group, event, StepUnit::kSteps);
  return fmt::format("{} median of {} seeds {}", variant, group.runs.size(),
                     median.is_measured() ? value_text(median) : "left out");
}

// "accuracy > 0.9: forward 2150 in (2100, 2150]; backward 1200 in (1150, 1200]"
std::string event_line(const Comparison& comparison, const RunGroup& first, const RunGroup& second,
                       const std::string& event) {
  return event_title(comparison, event) + ": " + lag_words(comparison, first, event) + "; " +
         lag_words(comparison, second, event);
}

std::optional<Panel> side_panel(const Comparison& comparison, const RunGroup& group,
                                const std::vector<std::string>& events) {
  auto panel = track_panel(comparison, {&group},
                           {group.variant, "first-target loss (nats)", "first_target_loss"});
  if (panel) panel->marks = marks_of(comparison, group, events);
  return panel;
}

Drawing draw_pair(const Comparison& comparison, const RunGroup& first, const RunGroup& second) {
  const std::vector<std::string> events = events_in_time(comparison, first, second);
  std::vector<Panel> panels;
  double high = 0;
  for (const RunGroup* group : {&first, &second}) {
    const auto panel = side_panel(comparison, *group, events);
    if (!panel) continue;
    high = std::max(high, y_range(std::get<Lines>(panel->content)).high);
    panels.push_back(*panel);
  }
  for (Panel& panel : panels) {
    std::get<Lines>(panel.content).y_low = 0;
    std::get<Lines>(panel.content).y_high = high;
  }
  const std::string& family = comparison.families[first.family];
  const Pair& pair = compared_task(comparison).pair;
  Page page = comparison_page(comparison, pair.title + (family.empty() ? "" : ", " + family));
  for (const std::string& event : events) {
    page.events.push_back(event_line(comparison, first, second, event));
  }
  Drawing drawing =
      drawing_of(page, panels, 2, why_no_track(comparison, "first_target_loss", "performance"));
  add_band_note(comparison, drawing.page);
  drawing.caption = "First-target loss of " + pair.first + " beside " + pair.second +
                    " with the steps of their events.";
  return drawing;
}

}  // namespace

std::vector<NamedDrawing> side_by_side(const Comparison& comparison) {
  const Pair& pair = compared_task(comparison).pair;
  if (pair.key.empty()) return {};
  std::vector<NamedDrawing> drawings;
  for (std::size_t family = 0; family < comparison.families.size(); ++family) {
    const RunGroup* first = comparison.group_of(family, pair.first);
    const RunGroup* second = comparison.group_of(family, pair.second);
    if (first == nullptr || second == nullptr) continue;
    drawings.push_back(
        {name_of_family(comparison.families[family]), draw_pair(comparison, *first, *second)});
  }
  if (drawings.empty()) {
    drawings.push_back({"side_by_side", left_out("no two groups differ in " + pair.first + " and " +
                                                 pair.second + " alone")});
  }
  return drawings;
}

}  // namespace kairo
