#include "analysis/compare/comparison_figures.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/compare/seed_curves.h"

namespace kairo {
namespace {

using Make = std::vector<NamedDrawing> (*)(const Comparison&);

// Adding a figure: its file in figures/, its declaration, and one line here.
constexpr Make kFigures[] = {comparison_dashboard, overlay,           lags,
                             order_of_events,      number_dependence, side_by_side,
                             temperature_loss,     temperature_lag};

// The figures of the table come first, then those of the study.
std::vector<Make> figures_of(const Comparison& comparison) {
  std::vector<Make> all(std::begin(kFigures), std::end(kFigures));
  const Make of_study = compared_task(comparison).figures;
  if (of_study != nullptr) all.push_back(of_study);
  return all;
}

template <typename Words>
std::string listed(const Words& words, const char* between = ", ") {
  return fmt::format("{}", fmt::join(words, between));
}

// "a record every 200 steps"; "a record every 50 to 200 steps".
std::string spacing_words(const Comparison& comparison) {
  const auto [least, most] = std::minmax_element(comparison.runs.begin(), comparison.runs.end(),
                                                 [](const ComparedRun& a, const ComparedRun& b) {
                                                   return a.report.spacing < b.report.spacing;
                                                 });
  const int64_t low = least->report.spacing, high = most->report.spacing;
  if (high == 0) return "";
  return low == high ? fmt::format(" · a record every {} steps", high)
                     : fmt::format(" · a record every {} to {} steps", low, high);
}

constexpr double kPanelHeight = 380;

}  // namespace

std::vector<Panel> panels_by(std::vector<Panel> (*panels)(const Comparison&),
                             const Comparison& comparison) {
  return panels == nullptr ? std::vector<Panel>{} : panels(comparison);
}

std::string how_many(const Comparison& comparison) {
  const std::size_t n_runs = comparison.runs.size(), n_groups = comparison.groups.size();
  if (n_runs == 1) return "1 run";
  if (n_groups == 1) return fmt::format("{} runs that differ only in the seed", n_runs);
  if (n_groups == n_runs) return fmt::format("{} runs", n_runs);
  return fmt::format("{} runs in {} groups; the runs of a group differ only in the seed", n_runs,
                     n_groups);
}

Page comparison_page(const Comparison& comparison, const std::string& title) {
  Page page;
  page.title = title + " · " + comparison.name;
  page.subtitle = fmt::format("task {} · {}", comparison.runs.front().task, how_many(comparison));
  page.subtitle += spacing_words(comparison);
  if (!comparison.differing.empty()) {
    page.subtitle += " · groups differ in " + listed(comparison.differing);
  }
  if (!comparison.left_out.empty()) {
    page.subtitle += fmt::format(" · {} runs left out", comparison.left_out.size());
  }
  return page;
}

Drawing drawing_of(Page page, const std::vector<Panel>& panels, std::size_t columns,
                   const std::string& why) {
  if (panels.empty()) return left_out(why);
  const std::size_t n_rows = (panels.size() + columns - 1) / columns;
  std::size_t next = 0;
  for (std::size_t row = 0; row < n_rows; ++row) {
    const std::size_t n = (panels.size() - next + n_rows - row - 1) / (n_rows - row);
    PanelRow made;
    made.height = kPanelHeight;
    made.panels.assign(panels.begin() + next, panels.begin() + next + n);
    page.rows.push_back(std::move(made));
    next += n;
  }
  Drawing drawing;
  drawing.page = std::move(page);
  return drawing;
}

void add_evaluation_note(const Comparison& comparison, Page& page) {
  std::set<int64_t> evaluated;
  for (const ComparedRun& run : comparison.runs) {
    if (!run.examples.steps.empty()) evaluated.insert(run.eval_examples);
  }
  if (evaluated.empty()) return;
  page.notes.push_back(
      "The curves of training are the trainer's evaluations; each run evaluates the same training "
      "examples every time (number: " +
      listed(evaluated) +
      "). Events, and curves of runs without evaluations, come from the probes' records.");
}

void add_heads_note(const Comparison& comparison, Page& page) {
  std::map<std::string, int> runs_with;
  for (const ComparedRun& run : comparison.runs) {
    if (!run.head.empty()) ++runs_with[run.head];
  }
  if (runs_with.empty()) return;
  std::vector<std::string> heads;
  for (const auto& [head, n] : runs_with) {
    heads.push_back(fmt::format("{} ({} run{})", head, n, n == 1 ? "" : "s"));
  }
  page.notes.push_back(
      "Curves of heads are shown for one head per run, the one with the largest value at the last "
      "record: " +
      listed(heads, "; ") + ".");
}

void add_band_note(const Comparison& comparison, Page& page) {
  const std::string note = seed_band_note(comparison);
  if (!note.empty()) page.notes.push_back(note);
}

std::string why_no_track(const Comparison& comparison, const std::string& track,
                         const std::string& probe) {
  std::string reason = "no run has measured it";
  for (const ComparedRun& run : comparison.runs) {
    if (run.track(track) != nullptr) {
      return fmt::format("{} groups are more than {} colours and dashes can tell apart",
                         comparison.groups.size(), kMostDrawnGroups);
    }
    const auto own = run.left_out.find(probe);
    if (own != run.left_out.end()) reason = own->second;
  }
  return reason;
}

Known known_of(SeedStatus status) {
  if (status == SeedStatus::kConfirmed) return Known::kExactly;
  return status == SeedStatus::kCensored ? Known::kAtLeast : Known::kUnconfirmed;
}

void add_lag_point(const Lag& lag, double x, Curve& curve) {
  if (lag.status == SeedStatus::kLeftOut) return;
  curve.steps.push_back(x);
  curve.y.push_back(lag.is_seen() ? lag.at : lag.end);
  curve.known.push_back(known_of(lag.status));
}

Curve uprights_of(const Curve& like, const std::string& shared_name) {
  Curve uprights;
  uprights.name = like.name + ", " + shared_name;
  uprights.shared_name = shared_name;
  uprights.style = like.style;
  uprights.aside = like.aside;
  uprights.drawn = Drawn::kThinLine;
  return uprights;
}

void add_upright(double x, double low, double high, Curve& uprights) {
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high)) return;
  // A gap ends each of them.
  uprights.steps.insert(uprights.steps.end(), {x, x, x});
  uprights.y.insert(uprights.y.end(), {low, high, kUnset});
}

void add_lag_upright(const Lag& lag, double x, Curve& uprights) {
  if (lag.is_seen()) add_upright(x, lag.after, lag.at, uprights);
}

std::size_t count_comparison_figures(const Comparison& comparison) {
  std::size_t n = 0;
  for (const Make make : figures_of(comparison)) {
    for (const NamedDrawing& each : make(comparison)) n += each.drawing.left_out.empty() ? 1 : 0;
  }
  return n;
}

std::vector<FigureResult> draw_comparison(const Comparison& comparison, const std::string& folder) {
  std::vector<FigureResult> results;
  for (const Make make : figures_of(comparison)) {
    for (const NamedDrawing& each : make(comparison)) {
      results.push_back({each.name, each.drawing.left_out, each.drawing.caption});
      if (each.drawing.left_out.empty()) {
        write_figure(each.drawing.page, folder + "/" + each.name);
      }
    }
  }
  return results;
}

}  // namespace kairo
