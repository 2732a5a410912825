#include "analysis/figures/logit_lens.h"
#include "analysis/task_analysis.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

constexpr const char* kLogitLensProbe = "logit_lens";

// The axis `layer` counts residual streams: 0 is the embedding, i the stream after block i - 1.
std::string stream_name(int64_t layer) {
  return layer == 0 ? "embedding" : fmt::format("after block {}", layer - 1);
}

// The next whole number below all values.
double lowest(const std::vector<double>& values) {
  double low = -1;
  for (double each : values) {
    if (std::isfinite(each)) low = std::min(low, std::floor(each));
  }
  return low;
}

std::optional<Panel> log_probability_panel(const FigureInputs& inputs) {
  const SeriesQuantity* quantity =
      find_quantity(inputs.run, kLogitLensProbe, "log_probability", {"layer"});
  if (quantity == nullptr) return std::nullopt;
  const Record& record = *inputs.run.record(kLogitLensProbe);
  Lines lines;
  int64_t index = 0;
  for (int64_t layer : quantity->about.axes[0].values) {
    lines.curves.push_back(
        curve_of(record, *quantity, index, stream_name(layer), static_cast<int>(index)));
    ++index;
  }
  if (inputs.run.ambiguity_nats > 0) {
    const double y = -inputs.run.ambiguity_nats;
    const std::string& n = analysis_of(inputs.run.task).words.n_answers;
    lines.levels.push_back(
        {fmt::format("{} = {:.4g} nats", n.empty() ? "− ambiguity" : "log 1/" + n, y), y, -1});
  }
  lines.band_name = band_name(record, *quantity);
  return Panel{"The same as curves", kStepLabel, "log P(a) (nats)", lines,
               marks_of(inputs.transitions)};
}

}  // namespace

std::optional<Panel> logit_lens_map(const FigureInputs& inputs) {
  const SeriesQuantity* quantity =
      find_quantity(inputs.run, kLogitLensProbe, "log_probability", {"layer"});
  if (quantity == nullptr) return std::nullopt;
  HeatMap map;
  for (int64_t layer : quantity->about.axes[0].values) {
    map.row_names.push_back(stream_name(layer));
  }
  map.steps = steps_of(*inputs.run.record(kLogitLensProbe));
  map.values = rows_over_steps(*quantity, map.steps.size());
  map.scale = {ColorMap::kSequential, lowest(map.values), 0, "log P(a) (nats)", true};
  return Panel{"Logit lens: mean log P(a) at q", kStepLabel, "", map, marks_of(inputs.transitions)};
}

Drawing logit_lens(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Logit lens");
  add_row(drawing.page, {logit_lens_map(inputs), log_probability_panel(inputs)}, 420);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kLogitLensProbe));
  drawing.page.notes = {
      "a is the first target token, q the position that predicts it. Each residual stream goes "
      "through the final norm and the unembedding; the top row is the model's own output."};
  drawing.caption =
      "Log-probability of the first target token, read off the residual stream after each block.";
  return drawing;
}

}  // namespace kairo
