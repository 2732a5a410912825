#include "analysis/figures/composition.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "analysis/stats/quantiles.h"

namespace kairo {
namespace {

constexpr const char* kCompositionProbe = "composition";
constexpr const char* kKinds[] = {"q", "k", "v"};
constexpr double kColorStep = 0.005;  // a colour scale ends at a multiple

std::string title_of(const std::string& kind) {
  return std::string(1, static_cast<char>(std::toupper(static_cast<unsigned char>(kind[0])))) +
         "-composition";
}

double last_of(const RunData& run, const std::string& quantity) {
  const SeriesQuantity* found = find_quantity(run, kCompositionProbe, quantity, {});
  return found == nullptr ? std::numeric_limits<double>::quiet_NaN() : found->mean.back();
}
double baseline(const RunData& run) { return last_of(run, "baseline"); }

// Pairs whose second head is in a later layer.
int64_t n_pairs(const RunData& run) {
  const SeriesQuantity* found =
      find_quantity(run, kCompositionProbe, "q_composition",
                    {"first_layer", "first_head", "second_layer", "second_head"});
  if (found == nullptr) return 0;
  const auto layers = static_cast<int64_t>(found->about.axes[0].values.size());
  const auto heads = static_cast<int64_t>(found->about.axes[1].values.size());
  return heads * heads * layers * (layers - 1) / 2;
}

// What the largest of as many random pairs would have.
void add_largest_of_random(const RunData& run, Lines& lines) {
  const int64_t n = n_pairs(run);
  const double deviation = last_of(run, "baseline_deviation");
  if (n < 1 || !std::isfinite(deviation)) return;
  const double largest = baseline(run) + deviation * expected_largest_normal(n);
  lines.levels.push_back(
      {fmt::format("largest of {} random pairs: about {:.3g}", n, largest), largest, -1});
}

// `which`: "largest" or "mean".
std::optional<Panel> excess_panel(const FigureInputs& inputs, const std::string& which,
                                  const std::string& title) {
  Lines lines;
  for (const char* kind : kKinds) {
    const SeriesQuantity* found = find_quantity(inputs.run, kCompositionProbe,
                                                std::string(kind) + "_" + which + "_excess", {});
    if (found == nullptr) continue;
    lines.curves.push_back(curve_of(*inputs.run.record(kCompositionProbe), *found, 0,
                                    title_of(kind), static_cast<int>(lines.curves.size())));
  }
  if (lines.curves.empty()) return std::nullopt;
  // Whole scores from 0: an excess alone looks large however small it is.
  const double random = baseline(inputs.run);
  for (Curve& curve : lines.curves) {
    for (double& y : curve.y) y += random;
  }
  lines.y_low = 0;
  lines.levels = {{fmt::format("mean of random matrices: {:.4g}", random), random, -1}};
  if (which == "largest") add_largest_of_random(inputs.run, lines);
  return Panel{title, kStepLabel, "composition score", lines, marks_of(inputs.transitions)};
}

// Scores minus the baseline at the last step: rows are second heads, columns first heads; layers
// without a partner are left out.
HeatMap last_map(const RunData& run, const SeriesQuantity& quantity) {
  const std::vector<Axis>& axes = quantity.about.axes;
  const std::size_t layers = axes[0].values.size(), heads = axes[1].values.size();
  const std::size_t n = layers * heads;
  const auto last = quantity.mean.end() - static_cast<int64_t>(n * n);
  HeatMap map;
  for (std::size_t first = 0; first + heads < n; ++first) {
    map.column_names.push_back(fmt::format("{}.{}", first / heads, first % heads));
  }
  for (std::size_t second = heads; second < n; ++second) {
    map.row_names.push_back(fmt::format("{}.{}", second / heads, second % heads));
    for (std::size_t first = 0; first + heads < n; ++first) {
      map.values.push_back(last[static_cast<int64_t>(first * n + second)] - baseline(run));
    }
  }
  return map;
}

PanelRow maps(const FigureInputs& inputs) {
  PanelRow row;
  double most = 0;
  for (const char* kind : kKinds) {
    const SeriesQuantity* found =
        find_quantity(inputs.run, kCompositionProbe, std::string(kind) + "_composition",
                      {"first_layer", "first_head", "second_layer", "second_head"});
    if (found == nullptr || found->about.axes[0].values.size() < 2) continue;
    HeatMap map = last_map(inputs.run, *found);
    for (const double each : map.values) {
      if (std::isfinite(each)) most = std::max(most, std::fabs(each));
    }
    row.panels.push_back({title_of(kind), "first head (layer.head)", "second head", map, {}});
  }
  const double limit = std::max(1.0, std::ceil(most / kColorStep)) * kColorStep;
  for (Panel& panel : row.panels) {
    std::get<HeatMap>(panel.content).scale = {ColorMap::kDiverging, -limit, limit,
                                              "score − baseline", &panel == &row.panels.back()};
  }
  return row;
}

}  // namespace

Drawing composition(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Composition of heads");
  add_row(drawing.page,
          {excess_panel(inputs, "largest", "Largest of all pairs"),
           excess_panel(inputs, "mean", "Mean over all pairs")},
          330);
  PanelRow row = maps(inputs);
  if (!row.panels.empty()) {
    row.title =
        fmt::format("Every pair at step {}", inputs.run.record(kCompositionProbe)->steps.back());
    row.height = 330;
    drawing.page.rows.push_back(std::move(row));
  }
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kCompositionProbe));
  drawing.page.notes = {
      "Score: |L R|/(|L| |R|), L = W_V W_O of the first head, R what the second head's queries "
      "(QK), "
      "keys (QK^T) or values (OV) read. Undefined: the second head is not in a later layer. The "
      "largest of n random pairs: their mean + deviation · normal quantile of (n - 3/8)/(n + 1/4) "
      "(Blom), as if the pairs were independent and normal."};
  add_notes(drawing.page, inputs.run, kCompositionProbe);
  drawing.caption =
      "How much of what one head writes the queries, keys and values of later heads read, beyond "
      "random matrices.";
  return drawing;
}

}  // namespace kairo
