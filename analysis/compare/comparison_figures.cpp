#include "analysis/compare/comparison_figures.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "analysis/compare/seed_curves.h"

namespace kairo {
namespace {

using Make = std::vector<NamedDrawing> (*)(const Comparison&);

// Adding a figure: its file in figures/, its declaration, and one line here.
constexpr Make kFigures[] = {comparison_dashboard, overlay, lags,          order_of_events,
                             k_dependence,         all_k,   side_by_side,  temperature_loss,
                             temperature_lag,      z_usage, candidate_loss};

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& each : words) text += (text.empty() ? "" : ", ") + each;
  return text;
}

constexpr double kPanelHeight = 380;

}  // namespace

std::string how_many(const Comparison& comparison) {
  const std::size_t n_runs = comparison.runs.size(), n_groups = comparison.groups.size();
  if (n_runs == 1) return "1 run";
  if (n_groups == 1) return fmt::format("{} runs, alike but for the seed", n_runs);
  if (n_groups == n_runs) return fmt::format("{} runs", n_runs);
  return fmt::format("{} runs in {} groups, alike but for the seed", n_runs, n_groups);
}

Page comparison_page(const Comparison& comparison, const std::string& title) {
  Page page;
  page.title = title + " · " + comparison.name;
  page.subtitle = fmt::format("task {} · {}", comparison.runs.front().task, how_many(comparison));
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

void add_band_note(const Comparison& comparison, Page& page) {
  const std::string note = seed_band_note(comparison);
  if (!note.empty()) page.notes.push_back(note);
}

std::string why_no_track(const Comparison& comparison, const std::string& track,
                         const std::string& probe) {
  std::string reason = "no run has it";
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

std::vector<FigureResult> draw_comparison(const Comparison& comparison, const std::string& folder) {
  std::vector<FigureResult> results;
  for (const Make make : kFigures) {
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
