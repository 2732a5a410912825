#include "analysis/figures/weight_norms.h"

#include "analysis/figures/parameter_groups.h"

namespace kairo {
namespace {

constexpr const char* kWeightNormsProbe = "weight_norms";

const Axis* parameters(const RunData& run) {
  const SeriesQuantity* norm = find_quantity(run, kWeightNormsProbe, "norm", {"parameter"});
  return norm == nullptr ? nullptr : &norm->about.axes[0];
}

std::optional<Panel> norm_panel(const FigureInputs& inputs, const std::string& quantity,
                                const std::string& title,
                                const std::vector<ParameterGroup>& groups) {
  const SeriesQuantity* found =
      find_quantity(inputs.run, kWeightNormsProbe, quantity, {"parameter"});
  if (found == nullptr || groups.empty()) return std::nullopt;
  Lines lines = group_lines(*inputs.run.record(kWeightNormsProbe), *found, groups);
  lines.y_low = 0;
  return Panel{title, kStepLabel, quantity + " (Frobenius)", lines, marks_of(inputs.transitions)};
}

// The record's own words about its start.
std::string start_note(const Record& record) {
  return record.notes.empty() ? "" : " " + record.notes.front();
}

}  // namespace

Drawing weight_norms(const FigureInputs& inputs) {
  const Axis* axis = parameters(inputs.run);
  if (axis == nullptr) return left_out(why_missing(inputs.run, kWeightNormsProbe));
  Drawing drawing;
  drawing.page = page_of(inputs, "Weights: norms and distance from the start");
  const std::vector<ParameterGroup> kinds = groups_by_kind(*axis);
  for (const auto& [quantity, title] :
       {std::pair{"norm", "Norm of "}, std::pair{"distance", "Distance from the start: "}}) {
    add_row(drawing.page,
            {norm_panel(inputs, quantity, std::string(title) + "attention's weights (all layers)",
                        of_attention(kinds, true)),
             norm_panel(inputs, quantity, std::string(title) + "other weights (all layers)",
                        of_attention(kinds, false))},
            300);
  }
  add_row(drawing.page,
          {norm_panel(inputs, "distance", "Distance of attention's weights by layer",
                      groups_by_layer(*axis, "attn")),
           norm_panel(inputs, "distance", "Distance of the MLP's weights by layer",
                      groups_by_layer(*axis, "mlp"))},
          300);
  drawing.page.notes = {
      "Several weights together: the root of the sum of their squares. Biases and gains are in the "
      "record only. These numbers are exact: no example is behind them." +
      start_note(*inputs.run.record(kWeightNormsProbe))};
  drawing.caption =
      "Norms of the weights and their distances from the start of the run, by kind and by layer.";
  return drawing;
}

}  // namespace kairo
