#include <algorithm>

#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/seed_curves.h"

namespace kairo {
namespace {

constexpr double kLagsApart = 0.13;  // of the events of one group, of the distance of two groups
constexpr double kLagSeedsApart = 0.012;  // of the seeds at one event, of the axis

void add_points_and_uprights(const Curve& points, const Curve& uprights, Lines& lines) {
  if (!uprights.y.empty()) lines.curves.push_back(uprights);
  if (!points.y.empty()) lines.curves.push_back(points);
}

double middle_of(std::size_t n) { return (static_cast<double>(n) - 1) / 2; }

// Groups along the axis, a colour an event.
Lines lines_by_group(const Comparison& comparison) {
  Lines lines;
  for (std::size_t g = 0; g < comparison.groups.size(); ++g) {
    lines.x.ticks.push_back(static_cast<double>(g + 1));
    lines.x.tick_names.push_back(comparison.groups[g].name);
  }
  for (std::size_t e = 0; e < lag_events(comparison).size(); ++e) {
    Curve points;
    points.name = event_title(comparison, lag_events(comparison)[e]);
    points.style = static_cast<int>(e);
    points.drawn = Drawn::kPoints;
    points.aside = kLagsApart *
                   (static_cast<double>(e) - middle_of(lag_events(comparison).size())) /
                   static_cast<double>(std::max<std::size_t>(2, comparison.groups.size()));
    Curve uprights = uprights_of(points, kFromRecordBefore);
    for (std::size_t g = 0; g < comparison.groups.size(); ++g) {
      const double x = static_cast<double>(g + 1);
      for (std::size_t run : comparison.groups[g].runs) {
        const Lag lag = lag_of(comparison.runs[run], lag_events(comparison)[e], StepUnit::kSteps);
        add_lag_point(lag, x, points);
        add_lag_upright(lag, x, uprights);
      }
    }
    add_points_and_uprights(points, uprights, lines);
  }
  return lines;
}

// Of one group: events along the axis, a colour a seed while there are few.
Lines lines_by_event(const Comparison& comparison) {
  Lines lines;
  for (std::size_t e = 0; e < lag_events(comparison).size(); ++e) {
    lines.x.ticks.push_back(static_cast<double>(e + 1));
    lines.x.tick_names.push_back(event_title(comparison, lag_events(comparison)[e]));
  }
  const std::vector<std::size_t>& runs = comparison.groups.front().runs;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ComparedRun& run = comparison.runs[runs[i]];
    Curve points = seed_points(comparison, i, kLagSeedsApart);
    Curve uprights = uprights_of(points, kFromRecordBefore);
    for (std::size_t e = 0; e < lag_events(comparison).size(); ++e) {
      const Lag lag = lag_of(run, lag_events(comparison)[e], StepUnit::kSteps);
      add_lag_point(lag, static_cast<double>(e + 1), points);
      add_lag_upright(lag, static_cast<double>(e + 1), uprights);
    }
    add_points_and_uprights(points, uprights, lines);
  }
  return lines;
}

}  // namespace

Curve seed_points(const Comparison& comparison, std::size_t place, double apart) {
  const std::vector<std::size_t>& runs = comparison.groups.front().runs;
  Curve points;
  points.name = "seed " + comparison.runs[runs[place]].seed;
  points.drawn = Drawn::kPoints;
  if (runs.size() <= kMostSeedColours) {
    points.style = static_cast<int>(place);
    points.aside = apart * (static_cast<double>(place) - middle_of(runs.size()));
  } else {
    points.shared_name = "each seed";
  }
  return points;
}

std::optional<Panel> lags_panel(const Comparison& comparison) {
  if (comparison.groups.size() > kMostDrawnGroups) return std::nullopt;
  Lines lines =
      comparison.groups.size() == 1 ? lines_by_event(comparison) : lines_by_group(comparison);
  if (lines.curves.empty()) return std::nullopt;
  lines.x.is_steps = false;
  lines.y_low = 0;
  return Panel{"Steps to each event", "", "lag (steps)", lines, {}};
}

std::vector<NamedDrawing> lags(const Comparison& comparison) {
  std::vector<Panel> panels;
  if (const auto panel = lags_panel(comparison)) panels.push_back(*panel);
  Drawing drawing = drawing_of(comparison_page(comparison, "Steps to each event"), panels, 1,
                               why_no_track(comparison, "first_target_loss", "performance"));
  drawing.caption = "The steps of the named events in every run, by group.";
  drawing.page.notes = {std::string("One point per run and event. ") + kPointNote + " " +
                        kNotReachedNote};
  return {{"lags", drawing}};
}

}  // namespace kairo
