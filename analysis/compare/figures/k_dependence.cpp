#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
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

constexpr const char* kKKey = "data.k";
constexpr const char* kTaskKey = "data.task";

// "data.n_unique_b, training.max_steps": what differs besides K and the direction.
std::string keys_beside_k(const Comparison& comparison) {
  std::string keys;
  for (const std::string& key : comparison.differing) {
    if (key != kKKey && key != kTaskKey) keys += (keys.empty() ? "" : ", ") + key;
  }
  return keys;
}

// "" where K can be an axis: one group for each K and direction.
std::string why_no_k(const Comparison& comparison) {
  if (all_k_of(comparison).size() < 2) return "the runs have one K only";
  std::set<std::pair<int64_t, std::string>> seen;
  for (const RunGroup& group : comparison.groups) {
    if (seen.emplace(group.k, group.direction).second) continue;
    return fmt::format("several groups have K = {} and direction {}: the runs also differ in {}",
                       group.k, group.direction, keys_beside_k(comparison));
  }
  return "";
}

// Groups of one direction that differ in K alone, ascending in K.
using Chain = std::vector<const RunGroup*>;

std::vector<Chain> chains_of(const Comparison& comparison, const Chain& groups) {
  std::map<std::string, std::size_t> by_rest;
  std::vector<Chain> chains;
  for (const RunGroup* group : groups) {
    std::string rest;
    for (const std::string& key : comparison.differing) {
      if (key != kKKey) rest += setting_of(comparison.first_run(*group), key) + "\n";
    }
    const auto [chain, is_new] = by_rest.emplace(rest, chains.size());
    if (is_new) chains.emplace_back();
    chains[chain->second].push_back(group);
  }
  return chains;
}

// A line over K through the medians of the groups of one chain.
void add_link(const Comparison& comparison, const Chain& chain, const Curve& points,
              const std::string& event, bool has_seeds, Lines& lines) {
  if (chain.size() < 2) return;
  Curve link;
  link.shared_name = has_seeds ? "median over seeds" : "runs that differ in K alone";
  link.name = points.name + ", " + link.shared_name;
  link.style = points.style;
  link.aside = points.aside;
  link.drawn = Drawn::kThinLine;
  for (const RunGroup* group : chain) {
    const SeedValue median = median_lag(comparison, *group, event, StepUnit::kSteps);
    link.steps.push_back(static_cast<double>(group->k));
    link.y.push_back(median.is_confirmed() ? median.value : kUnset);
  }
  lines.curves.push_back(link);
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

// The event of every run, with a line over K where K alone differs.
void add_event(const Comparison& comparison, const Chain& groups, std::size_t event, Lines& lines) {
  const std::string& name = lag_events()[event];
  Curve points;
  points.name = event_title(comparison, name);
  points.style = static_cast<int>(event);
  points.drawn = Drawn::kPoints;
  // Those of one step would hide each other.
  const double middle = (static_cast<double>(lag_events().size()) - 1) / 2;
  points.aside = kApart * (static_cast<double>(event) - middle);
  Curve uprights = uprights_of(points, kFromRecordBefore);
  bool has_seeds = false;
  for (const RunGroup* group : groups) {
    has_seeds = has_seeds || group->runs.size() > 1;
    for (std::size_t run : group->runs) {
      const Lag lag = lag_of(comparison.runs[run], name, StepUnit::kSteps);
      add_lag_point(lag, static_cast<double>(group->k), points);
      add_lag_upright(lag, static_cast<double>(group->k), uprights);
    }
  }
  if (points.y.empty()) return;
  for (const Chain& chain : chains_of(comparison, groups)) {
    add_link(comparison, chain, points, name, has_seeds, lines);
  }
  if (!uprights.y.empty()) lines.curves.push_back(uprights);
  lines.curves.push_back(points);
}

// A logarithm has no place for step 0.
void make_log(Lines& lines) {
  lines.log_y = true;
  for (Curve& curve : lines.curves) {
    for (double& y : curve.y) {
      if (!(y > 0)) y = kUnset;
    }
  }
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
  if (lines.x.is_log) make_log(lines);
  const std::string scale = lines.x.is_log ? " (log scale)" : "";
  return {"Steps to each event: " + direction,
          "K, targets that share a base" + scale,
          "lag (steps" + std::string(lines.x.is_log ? ", log scale)" : ")"),
          lines,
          {}};
}

// One range for all panels, so that directions can be compared.
void share_y(std::vector<Panel>& panels) {
  double high = 0;
  for (const Panel& panel : panels) {
    if (std::get<Lines>(panel.content).log_y) return;  // whole decades already
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
  drawing.caption = "Steps to each named event against K, for each direction.";
  drawing.page.notes = {std::string("One point per run; the events of one K are side by side. ") +
                        kPointNote + " " + kNotReachedNote +
                        " A median that the open points leave undecided is not drawn."};
  const std::string others = keys_beside_k(comparison);
  if (!others.empty()) {
    drawing.page.notes.push_back("The runs also differ in " + others +
                                 ". Only runs that differ in K alone are joined by a line.");
  }
  return {{"k_dependence", drawing}};
}

}  // namespace kairo
