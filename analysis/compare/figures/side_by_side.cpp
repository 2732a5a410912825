#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>

#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/seed_curves.h"

namespace kairo {
namespace {

constexpr const char* kFirst = "bz_to_a";
constexpr const char* kSecond = "az_to_b";

const RunGroup* group_of(const Comparison& comparison, std::size_t family,
                         const std::string& direction) {
  for (const RunGroup& group : comparison.groups) {
    if (group.family == family && group.direction == direction) return &group;
  }
  return nullptr;
}

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

std::vector<Mark> marks_of(const Comparison& comparison, const RunGroup& group) {
  std::vector<Mark> marks;
  for (std::size_t i = 0; i < lag_events().size(); ++i) {
    const Lag lag = median_lag(comparison, group, lag_events()[i], StepUnit::kSteps);
    if (!lag.is_known()) continue;
    marks.push_back({lag.at, std::to_string(i + 1), lag.status == LagStatus::kConfirmed});
  }
  return marks;
}

// "z gap > 0.5 nats: bz_to_a 2150 in (2100, 2150]; az_to_b 1200 in (1150, 1200]"
std::string event_line(const Comparison& comparison, const RunGroup& first, const RunGroup& second,
                       const std::string& event) {
  const auto words = [&](const RunGroup& group) {
    const Lag lag = median_lag(comparison, group, event, StepUnit::kSteps);
    const bool has_seeds = group.runs.size() > 1;
    return fmt::format("{} {}{}", group.direction,
                       has_seeds ? fmt::format("median of {} seeds ", group.runs.size()) : "",
                       lag_text(lag));
  };
  return event_title(comparison, event) + ": " + words(first) + "; " + words(second);
}

std::optional<Panel> panel_of(const Comparison& comparison, const RunGroup& group) {
  auto panel = track_panel(comparison, {&group},
                           {group.direction, "first-target loss (nats)", "first_target_loss"});
  if (panel) panel->marks = marks_of(comparison, group);
  return panel;
}

Drawing draw_pair(const Comparison& comparison, const RunGroup& first, const RunGroup& second) {
  std::vector<Panel> panels;
  double high = 0;
  for (const RunGroup* group : {&first, &second}) {
    const auto panel = panel_of(comparison, *group);
    if (!panel) continue;
    high = std::max(high, y_range(std::get<Lines>(panel->content)).high);
    panels.push_back(*panel);
  }
  for (Panel& panel : panels) {
    std::get<Lines>(panel.content).y_low = 0;
    std::get<Lines>(panel.content).y_high = high;
  }
  const std::string& family = comparison.families[first.family];
  Page page =
      comparison_page(comparison, "Both directions" + (family.empty() ? "" : ", " + family));
  for (const std::string& event : lag_events()) {
    page.events.push_back(event_line(comparison, first, second, event));
  }
  Drawing drawing =
      drawing_of(page, panels, 2, why_no_track(comparison, "first_target_loss", "performance"));
  add_band_note(comparison, drawing.page);
  drawing.caption = "First-target loss of bz_to_a beside az_to_b with the steps of their events.";
  return drawing;
}

}  // namespace

std::vector<NamedDrawing> side_by_side(const Comparison& comparison) {
  std::vector<NamedDrawing> drawings;
  for (std::size_t family = 0; family < comparison.families.size(); ++family) {
    const RunGroup* first = group_of(comparison, family, kFirst);
    const RunGroup* second = group_of(comparison, family, kSecond);
    if (first == nullptr || second == nullptr) continue;
    drawings.push_back(
        {name_of_family(comparison.families[family]), draw_pair(comparison, *first, *second)});
  }
  if (drawings.empty()) {
    drawings.push_back(
        {"side_by_side", left_out("no two groups differ in bz_to_a and az_to_b alone")});
  }
  return drawings;
}

}  // namespace kairo
