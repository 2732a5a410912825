#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <set>

#include "analysis/compare/comparison_figures.h"

namespace kairo {
namespace {

constexpr double kLogFrom = 4;    // largest K over smallest
constexpr double kApart = 0.012;  // of the events at one K, of the axis

std::set<int64_t> all_k_of(const Comparison& comparison) {
  std::set<int64_t> found;
  for (const RunGroup& group : comparison.groups) found.insert(group.k);
  return found;
}

// "" where K can be an axis: one group for each K and direction.
std::string why_no_k(const Comparison& comparison) {
  if (all_k_of(comparison).size() < 2) return "the runs have one K only";
  std::set<std::pair<int64_t, std::string>> seen;
  for (const RunGroup& group : comparison.groups) {
    if (seen.emplace(group.k, group.direction).second) continue;
    return fmt::format("several groups have K = {} and direction {}", group.k, group.direction);
  }
  return "";
}

XAxis k_axis(const Comparison& comparison) {
  const std::set<int64_t> ks = all_k_of(comparison);
  XAxis axis;
  axis.is_steps = false;
  axis.is_log = static_cast<double>(*ks.rbegin()) >= kLogFrom * static_cast<double>(*ks.begin());
  for (int64_t k : ks) {
    axis.ticks.push_back(static_cast<double>(k));
    axis.tick_names.push_back(std::to_string(k));
  }
  return axis;
}

// The event of every run, and where groups have several seeds a thin line through the medians.
void add_event(const Comparison& comparison, const std::vector<const RunGroup*>& groups,
               std::size_t event, Lines& lines) {
  const std::string& name = lag_events()[event];
  Curve points, medians;
  points.name = event_title(comparison, name);
  points.style = medians.style = static_cast<int>(event);
  // Those of one step would hide each other.
  const double middle = (static_cast<double>(lag_events().size()) - 1) / 2;
  points.aside = medians.aside = kApart * (static_cast<double>(event) - middle);
  bool has_seeds = false;
  for (const RunGroup* group : groups) {
    const double k = static_cast<double>(group->k);
    for (std::size_t run : group->runs) {
      add_lag_point(lag_of(comparison.runs[run], name, StepUnit::kSteps), k, points);
    }
    const SeedValue median = median_lag(comparison, *group, name, StepUnit::kSteps);
    medians.steps.push_back(k);
    medians.y.push_back(median.is_confirmed() ? median.value : kUnset);
    has_seeds = has_seeds || group->runs.size() > 1;
  }
  if (points.y.empty()) return;
  points.drawn = has_seeds ? Drawn::kPoints : Drawn::kLinkedPoints;
  if (has_seeds) {
    medians.name = points.name + ", median over seeds";
    medians.shared_name = "median over seeds";
    medians.drawn = Drawn::kThinLine;
    lines.curves.push_back(medians);
  }
  lines.curves.push_back(points);
}

Panel panel_of(const Comparison& comparison, const std::string& direction) {
  std::vector<const RunGroup*> groups = comparison.groups_of(direction);
  std::sort(groups.begin(), groups.end(),
            [](const RunGroup* a, const RunGroup* b) { return a->k < b->k; });
  Lines lines;
  lines.x = k_axis(comparison);
  for (std::size_t event = 0; event < lag_events().size(); ++event) {
    add_event(comparison, groups, event, lines);
  }
  std::stable_partition(lines.curves.begin(), lines.curves.end(),
                        [](const Curve& each) { return each.drawn == Drawn::kThinLine; });
  const std::string scale = lines.x.is_log ? " (log scale)" : "";
  return {"Steps to each event: " + direction,
          "K, targets that share a base" + scale,
          "lag (steps)",
          lines,
          {}};
}

// One range for all panels, so that directions can be compared.
void share_y(std::vector<Panel>& panels) {
  double high = 0;
  for (Panel& panel : panels) {
    high = std::max(high, y_range(std::get<Lines>(panel.content)).high);
  }
  for (Panel& panel : panels) {
    Lines& lines = std::get<Lines>(panel.content);
    lines.y_low = 0;
    lines.y_high = high;
  }
}

}  // namespace

std::vector<Panel> k_dependence_panels(const Comparison& comparison) {
  std::vector<Panel> panels;
  if (!why_no_k(comparison).empty()) return panels;
  for (const std::string& direction : comparison.directions()) {
    const Panel panel = panel_of(comparison, direction);
    if (!std::get<Lines>(panel.content).curves.empty()) panels.push_back(panel);
  }
  share_y(panels);
  return panels;
}

std::vector<NamedDrawing> k_dependence(const Comparison& comparison) {
  const std::string why = why_no_k(comparison);
  Drawing drawing =
      drawing_of(comparison_page(comparison, "Lag against K"), k_dependence_panels(comparison), 2,
                 why.empty() ? "no run measures the events" : why);
  drawing.caption = "The steps of the named events against K, for each direction.";
  drawing.page.notes = {std::string("A point a run, the events of one K side by side. ") +
                        kPointNote +
                        " An event that a run never had is drawn open at the run's last record "
                        "with an arrow: its lag "
                        "is longer than that. A median beyond what is known is not drawn."};
  return {{"k_dependence", drawing}};
}

}  // namespace kairo
