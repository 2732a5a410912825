#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/compare/comparison_figures.h"

namespace kairo {
namespace {

constexpr double kLogFrom = 4;    // largest number over smallest
constexpr double kApart = 0.012;  // of the events at one number, of the axis

std::set<int64_t> numbers_of(const Comparison& comparison) {
  std::set<int64_t> found;
  for (const RunGroup& group : comparison.groups) found.insert(group.number);
  return found;
}

// "model.d_model, training.max_steps": what differs besides the number and the pair.
std::string keys_beside_number(const Comparison& comparison) {
  const ComparedTask& task = compared_task(comparison);
  std::string keys;
  for (const std::string& key : comparison.differing) {
    const bool is_other = key != task.number.key && key != task.pair.key;
    if (is_other) keys += (keys.empty() ? "" : ", ") + key;
  }
  return keys;
}

// "" where the number can be an axis: one group for each number and variant.
std::string why_no_number(const Comparison& comparison) {
  const std::string& name = compared_task(comparison).number.name;
  if (numbers_of(comparison).size() < 2) return "the runs have one " + name + " only";
  std::set<std::pair<int64_t, std::string>> seen;
  for (const RunGroup& group : comparison.groups) {
    if (seen.emplace(group.number, group.variant).second) continue;
    return fmt::format("several groups have {} = {} and variant {}: the runs also differ in {}",
                       name, group.number, group.variant, keys_beside_number(comparison));
  }
  return "";
}

// Groups of one variant that differ in the number alone, ascending in it.
using Chain = std::vector<const RunGroup*>;

std::vector<Chain> chains_of(const Comparison& comparison, const Chain& groups) {
  const std::string& number_key = compared_task(comparison).number.key;
  std::map<std::string, std::size_t> by_rest;
  std::vector<Chain> chains;
  for (const RunGroup* group : groups) {
    std::string rest;
    for (const std::string& key : comparison.differing) {
      if (key != number_key) rest += setting_of(comparison.first_run(*group), key) + "\n";
    }
    const auto [chain, is_new] = by_rest.emplace(rest, chains.size());
    if (is_new) chains.emplace_back();
    chains[chain->second].push_back(group);
  }
  return chains;
}

// A line over the number through the medians of the groups of one chain.
void add_link(const Comparison& comparison, const Chain& chain, const Curve& points,
              const std::string& event, bool has_seeds, Lines& lines) {
  if (chain.size() < 2) return;
  Curve link;
  link.shared_name =
      has_seeds ? "median over seeds"
                : "runs that differ in " + compared_task(comparison).number.name + " alone";
  link.name = points.name + ", " + link.shared_name;
  link.style = points.style;
  link.aside = points.aside;
  link.drawn = Drawn::kThinLine;
  for (const RunGroup* group : chain) {
    const SeedValue median = median_lag(comparison, *group, event, StepUnit::kSteps);
    link.steps.push_back(static_cast<double>(group->number));
    link.y.push_back(median.is_confirmed() ? median.value : kUnset);
  }
  lines.curves.push_back(link);
}

XAxis number_axis(const Comparison& comparison) {
  const std::set<int64_t> numbers = numbers_of(comparison);
  XAxis axis;
  axis.is_steps = false;
  axis.is_log =
      static_cast<double>(*numbers.rbegin()) >= kLogFrom * static_cast<double>(*numbers.begin());
  for (int64_t number : numbers) {
    axis.ticks.push_back(static_cast<double>(number));
    axis.tick_names.push_back(std::to_string(number));
  }
  return axis;
}

// The event of every run, with a line where the number alone differs.
void add_event(const Comparison& comparison, const Chain& groups, std::size_t event, Lines& lines) {
  const std::string& name = lag_events(comparison)[event];
  Curve points;
  points.name = event_title(comparison, name);
  points.style = static_cast<int>(event);
  points.drawn = Drawn::kPoints;
  // Those of one step would hide each other.
  const double middle = (static_cast<double>(lag_events(comparison).size()) - 1) / 2;
  points.aside = kApart * (static_cast<double>(event) - middle);
  Curve uprights = uprights_of(points, kFromRecordBefore);
  bool has_seeds = false;
  for (const RunGroup* group : groups) {
    has_seeds = has_seeds || group->runs.size() > 1;
    for (std::size_t run : group->runs) {
      const Lag lag = lag_of(comparison.runs[run], name, StepUnit::kSteps);
      add_lag_point(lag, static_cast<double>(group->number), points);
      add_lag_upright(lag, static_cast<double>(group->number), uprights);
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

Panel panel_of(const Comparison& comparison, const std::string& variant) {
  std::vector<const RunGroup*> groups = comparison.groups_of(variant);
  std::sort(groups.begin(), groups.end(),
            [](const RunGroup* a, const RunGroup* b) { return a->number < b->number; });
  Lines lines;
  lines.x = number_axis(comparison);
  for (std::size_t event = 0; event < lag_events(comparison).size(); ++event) {
    add_event(comparison, groups, event, lines);
  }
  std::stable_partition(lines.curves.begin(), lines.curves.end(),
                        [](const Curve& each) { return each.drawn == Drawn::kThinLine; });
  if (lines.x.is_log) make_log(lines);
  const std::string scale = lines.x.is_log ? " (log scale)" : "";
  return {"Steps to each event" + (variant.empty() ? "" : ": " + variant),
          compared_task(comparison).number.axis + scale,
          "lag (steps" + std::string(lines.x.is_log ? ", log scale)" : ")"),
          lines,
          {}};
}

// One range for all panels, so that variants can be compared.
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

std::vector<Panel> number_panels(const Comparison& comparison) {
  std::vector<Panel> panels;
  if (compared_task(comparison).number.key.empty()) return panels;
  if (!why_no_number(comparison).empty()) return panels;
  for (const std::string& variant : comparison.variants()) {
    const Panel panel = panel_of(comparison, variant);
    if (!std::get<Lines>(panel.content).curves.empty()) panels.push_back(panel);
  }
  share_y(panels);
  return panels;
}

std::vector<NamedDrawing> number_dependence(const Comparison& comparison) {
  const SweptNumber& number = compared_task(comparison).number;
  if (number.key.empty()) return {};
  const std::string why = why_no_number(comparison);
  Drawing drawing =
      drawing_of(comparison_page(comparison, "Lag against " + number.name),
                 number_panels(comparison), 2, why.empty() ? "no run measures the events" : why);
  drawing.caption = "Steps to each named event against " + number.name + ".";
  drawing.page.notes = {"One point per run; the events of one " + number.name +
                        " are side by side. " + kPointNote + " " + kNotReachedNote +
                        " A median that the open points leave undecided is not drawn."};
  const std::string others = keys_beside_number(comparison);
  if (!others.empty()) {
    drawing.page.notes.push_back("The runs also differ in " + others +
                                 ". Only runs that differ in " + number.name +
                                 " alone are joined by a line.");
  }
  return {{number.figure, drawing}};
}

}  // namespace kairo
