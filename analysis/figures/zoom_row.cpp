#include "analysis/figures/zoom_row.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

#include "analysis/final_values.h"

namespace kairo {
namespace {

constexpr std::size_t kFewestInWindow = 5;

// Cuts a first or last gap that is more than twice as wide as any gap between them: the way from a
// checkpoint of the run to the window, or back. `--refine 1000:1060 --every 10` at D = 100 has the
// gap 1060 to 1100, which is 40 wide.
void leave_out_coarse_ends(const std::vector<int64_t>& steps, std::size_t& from, std::size_t& to) {
  int64_t widest = 0;
  for (std::size_t i = from + 1; i + 2 <= to; ++i) {
    widest = std::max(widest, steps[i + 1] - steps[i]);
  }
  if (widest == 0) return;
  if (steps[from + 1] - steps[from] > 2 * widest) ++from;
  if (steps[to] - steps[to - 1] > 2 * widest) --to;
}

// First and last step of the densest stretch of records, at least kFewestInWindow of them. Its
// records are at most half a checkpoint spacing D apart: a window in the middle of D leaves a
// longer way to the next checkpoint, which is no part of it. D = 100 and `--refine 1005:1025
// --every 5` give 1000, 1005, …, 1025, 1100: the window is 1000 to 1025.
std::optional<std::pair<int64_t, int64_t>> refined_window(const RunData& run) {
  const std::vector<int64_t> steps = recorded_steps(run);
  std::size_t best_from = 0, best_to = 0;
  for (std::size_t from = 0; from < steps.size();) {
    std::size_t to = from;
    while (to + 1 < steps.size() && 2 * (steps[to + 1] - steps[to]) <= run.checkpoint_spacing) ++to;
    if (to - from > best_to - best_from) std::tie(best_from, best_to) = std::pair(from, to);
    from = to + 1;
  }
  leave_out_coarse_ends(steps, best_from, best_to);
  if (best_to - best_from + 1 < kFewestInWindow) return std::nullopt;
  return std::pair(steps[best_from], steps[best_to]);
}

// The part of a curve within [low, high].
Lines within(Lines lines, double low, double high) {
  for (Curve& curve : lines.curves) {
    Curve kept = curve;
    kept.steps.clear(), kept.y.clear(), kept.half_band.clear();
    for (std::size_t i = 0; i < curve.steps.size(); ++i) {
      if (curve.steps[i] < low || curve.steps[i] > high) continue;
      kept.steps.push_back(curve.steps[i]);
      kept.y.push_back(curve.y[i]);
      if (!curve.half_band.empty()) kept.half_band.push_back(curve.half_band[i]);
    }
    curve = std::move(kept);
  }
  return lines;
}

}  // namespace

void add_zoom_row(Page& page, const RunData& run, const std::vector<std::optional<Panel>>& panels,
                  double height) {
  const auto window = refined_window(run);
  if (!window) return;
  PanelRow row;
  row.height = height;
  row.is_zoomed = true;
  row.title =
      fmt::format("The refined window alone: steps {} to {}", window->first, window->second);
  for (const auto& each : panels) {
    if (!each || !std::holds_alternative<Lines>(each->content)) continue;
    row.panels.push_back(*each);
    row.panels.back().title += " (refined window)";
    row.panels.back().content =
        within(std::get<Lines>(each->content), static_cast<double>(window->first),
               static_cast<double>(window->second));
  }
  if (!row.panels.empty()) page.rows.push_back(std::move(row));
}

}  // namespace kairo
