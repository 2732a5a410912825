#include "analysis/figures/weight_spectra.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>
#include <limits>

namespace kairo {
namespace {

constexpr const char* kWeightSpectraProbe = "weight_spectra";

// One line for each head.
std::optional<Panel> heads_panel(const FigureInputs& inputs, const std::string& quantity,
                                 const std::string& title, const std::string& y_label) {
  const SeriesQuantity* found =
      find_quantity(inputs.run, kWeightSpectraProbe, quantity, {"layer", "head"});
  if (found == nullptr) return std::nullopt;
  const Record& record = *inputs.run.record(kWeightSpectraProbe);
  const std::vector<int64_t>& layers = found->about.axes[0].values;
  const std::vector<int64_t>& heads = found->about.axes[1].values;
  Lines lines;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    for (std::size_t head = 0; head < heads.size(); ++head) {
      const auto index = static_cast<int64_t>(layer * heads.size() + head);
      lines.curves.push_back(
          curve_of(record, *found, index, fmt::format("{}.{}", layers[layer], heads[head]), 0));
    }
  }
  name_few_heads(lines.curves);
  return Panel{title, kStepLabel, y_label, lines, marks_of(inputs.transitions)};
}

// Ranks lie close together, far from zero.
std::optional<Panel> rank_panel(const FigureInputs& inputs, const std::string& quantity,
                                const std::string& title) {
  std::optional<Panel> panel = heads_panel(inputs, quantity, title, "effective rank (directions)");
  if (!panel) return panel;
  Lines& lines = std::get<Lines>(panel->content);
  double least = std::numeric_limits<double>::infinity();
  for (const Curve& curve : lines.curves) {
    for (const double y : curve.y) least = y < least ? y : least;
  }
  if (std::isfinite(least)) lines.y_low = std::floor(least);
  return panel;
}

}  // namespace

Drawing weight_spectra(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Weights: spectra of the heads' circuits");
  add_row(drawing.page,
          {rank_panel(inputs, "qk_effective_rank", "Effective rank of QK = W_Q W_K^T by head"),
           rank_panel(inputs, "ov_effective_rank", "Effective rank of OV = W_V W_O by head")},
          330);
  add_row(drawing.page,
          {heads_panel(inputs, "qk_leading_singular_value", "Largest singular value of QK by head",
                       "singular value"),
           heads_panel(inputs, "ov_leading_singular_value", "Largest singular value of OV by head",
                       "singular value")},
          330);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kWeightSpectraProbe));
  drawing.page.notes = {
      "One line for each head (layer.head); the three that end highest are named. Effective rank: "
      "exp "
      "of the entropy of the singular values over their sum, which is n if n of them are equal and "
      "the others 0. Its axes do not begin at 0. These numbers are exact: no example is behind "
      "them."};
  add_notes(drawing.page, inputs.run, kWeightSpectraProbe);
  drawing.caption =
      "Effective rank and largest singular value of the QK and OV circuit of each head.";
  return drawing;
}

}  // namespace kairo
