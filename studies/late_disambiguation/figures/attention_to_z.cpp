#include "studies/late_disambiguation/figures/attention_to_z.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/timed_series.h"

namespace kairo::late_disambiguation {
namespace {

constexpr const char* kAttentionToZProbe = "attention_to_z";

const SeriesQuantity* attention(const RunData& run) {
  return find_quantity(run, kAttentionToZProbe, "attention_to_z", {"layer", "head"});
}

// Attention if it were spread evenly over all positions that q sees; it is the same at every step.
std::vector<Level> uniform_level(const RunData& run) {
  const SeriesQuantity* uniform = find_quantity(run, kAttentionToZProbe, "uniform", {});
  if (uniform == nullptr) return {};
  return {
      {fmt::format("uniform attention: {:.4g}", uniform->mean.front()), uniform->mean.front(), -1}};
}

// One axis for all layers, so that they can be compared.
double highest(const Record& record, const SeriesQuantity& quantity) {
  double most = 0;
  for (int64_t i = 0; i < quantity.about.size(); ++i) {
    const Curve curve = curve_of(record, quantity, i, "", 0);
    for (std::size_t s = 0; s < curve.y.size(); ++s) {
      const double top = curve.y[s] + (curve.half_band.empty() ? 0 : curve.half_band[s]);
      if (std::isfinite(top)) most = std::max(most, top);
    }
  }
  return std::clamp(std::ceil(most * 10.3) / 10, 0.1, 1.0);
}

Panel layer_panel(const FigureInputs& inputs, std::size_t layer) {
  const Record& record = *inputs.run.record(kAttentionToZProbe);
  const SeriesQuantity& quantity = *attention(inputs.run);
  const std::vector<int64_t>& heads = quantity.about.axes[1].values;
  const std::string timed = timed_element(inputs.run, "attention_to_z/attention_to_z");
  Lines lines;
  for (std::size_t head = 0; head < heads.size(); ++head) {
    Curve curve = curve_of(record, quantity, layer * heads.size() + head,
                           fmt::format("head {}", heads[head]), static_cast<int>(head));
    const std::string place =
        fmt::format("layer {}, head {}", quantity.about.axes[0].values[layer], heads[head]);
    if (place == timed) curve.shared_name = curve.name + ": its rise is timed";
    lines.curves.push_back(std::move(curve));
  }
  lines.levels = uniform_level(inputs.run);
  lines.band_name = band_name(record, quantity);
  lines.y_low = 0;
  lines.y_high = highest(record, quantity);
  return {fmt::format("Layer {}", quantity.about.axes[0].values[layer]), kStepLabel,
          "attention to z (probability)", lines, marks_of(inputs.transitions)};
}

std::size_t panels_a_row(std::size_t n_layers) {
  if (n_layers <= 4) return std::min<std::size_t>(2, n_layers);
  return n_layers <= 9 ? 3 : 4;
}

}  // namespace

std::optional<Panel> attention_map(const FigureInputs& inputs) {
  const SeriesQuantity* quantity = attention(inputs.run);
  if (quantity == nullptr) return std::nullopt;
  const Record& record = *inputs.run.record(kAttentionToZProbe);
  HeatMap map;
  map.row_names = head_names(*quantity);
  map.steps = steps_of(record);
  map.values = rows_over_steps(*quantity, map.steps.size());
  map.scale = {ColorMap::kSequential, 0, highest(record, *quantity), "probability", true};
  return Panel{"Attention from q to z, by head", kStepLabel, "layer.head", map,
               marks_of(inputs.transitions)};
}

Drawing attention_to_z(const FigureInputs& inputs) {
  const SeriesQuantity* quantity = attention(inputs.run);
  if (quantity == nullptr) return left_out(why_missing(inputs.run, kAttentionToZProbe));
  Drawing drawing;
  drawing.page = page_of(inputs, "Attention from q to z");
  const std::size_t n_layers = quantity->about.axes[0].values.size();
  const std::size_t columns = panels_a_row(n_layers);
  for (std::size_t first = 0; first < n_layers; first += columns) {
    std::vector<std::optional<Panel>> row;
    for (std::size_t layer = first; layer < std::min(n_layers, first + columns); ++layer) {
      row.push_back(layer_panel(inputs, layer));
    }
    add_row(drawing.page, row, 300);
  }
  drawing.page.notes = {
      "q is the position that predicts the first target token. Attention is summed over the "
      "positions of z. Uniform: equal attention to every position that q sees. The head whose rise "
      "the report times was chosen on half of the examples."};
  drawing.caption =
      "Attention from the position that predicts the first target token to the selector z, by "
      "head.";
  return drawing;
}

}  // namespace kairo::late_disambiguation
