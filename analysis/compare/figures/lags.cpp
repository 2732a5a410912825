#include <algorithm>

#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/seed_curves.h"

namespace kairo {
namespace {

constexpr double kApart = 0.13;  // of the events of one group, of the distance of two groups

}  // namespace

std::optional<Panel> lags_panel(const Comparison& comparison) {
  if (comparison.groups.size() > kMostDrawnGroups) return std::nullopt;
  Lines lines;
  lines.x.is_steps = false;
  for (std::size_t g = 0; g < comparison.groups.size(); ++g) {
    lines.x.ticks.push_back(static_cast<double>(g + 1));
    lines.x.tick_names.push_back(comparison.groups[g].name);
  }
  const double middle = (static_cast<double>(lag_events().size()) - 1) / 2;
  for (std::size_t e = 0; e < lag_events().size(); ++e) {
    Curve points;
    points.name = event_title(comparison, lag_events()[e]);
    points.style = static_cast<int>(e);
    points.drawn = Drawn::kPoints;
    points.aside = kApart * (static_cast<double>(e) - middle) /
                   static_cast<double>(std::max<std::size_t>(2, comparison.groups.size()));
    for (std::size_t g = 0; g < comparison.groups.size(); ++g) {
      const double x = static_cast<double>(g + 1);
      for (std::size_t run : comparison.groups[g].runs) {
        add_lag_point(lag_of(comparison.runs[run], lag_events()[e], StepUnit::kSteps), x, points);
      }
    }
    if (!points.y.empty()) lines.curves.push_back(points);
  }
  if (lines.curves.empty()) return std::nullopt;
  lines.y_low = 0;
  return Panel{"Steps to each event", "", "lag (steps)", lines, {}};
}

std::vector<NamedDrawing> lags(const Comparison& comparison) {
  std::vector<Panel> panels;
  if (const auto panel = lags_panel(comparison)) panels.push_back(*panel);
  Drawing drawing = drawing_of(comparison_page(comparison, "Steps to each event"), panels, 1,
                               why_no_track(comparison, "first_target_loss", "performance"));
  drawing.caption = "The steps of the named events in every run, by group.";
  drawing.page.notes = {
      "A point a run. An event that a run never had is drawn open at the run's last record with an "
      "arrow: its lag is longer than that."};
  return {{"lags", drawing}};
}

}  // namespace kairo
