#include <algorithm>

#include "analysis/compare/comparison_figures.h"

namespace kairo {
namespace {

// A panel that is there already, among the training curves too, is passed over.
void append(const std::vector<Panel>& panels, std::vector<Panel>& all) {
  for (const Panel& each : panels) {
    const bool is_there = std::any_of(
        all.begin(), all.end(), [&](const Panel& other) { return other.title == each.title; });
    if (!is_there) all.push_back(each);
  }
}

}  // namespace

std::vector<NamedDrawing> comparison_dashboard(const Comparison& comparison) {
  std::vector<Panel> panels = overlay_panels(comparison);
  append(panels_by(compared_task(comparison).panels, comparison), panels);
  append(number_panels(comparison), panels);
  if (const auto panel = temperature_panel(comparison, StepUnit::kSteps)) panels.push_back(*panel);
  if (const auto panel = temperature_panel(comparison, StepUnit::kExamples)) {
    panels.push_back(*panel);
  }
  const bool has_lags = !number_panels(comparison).empty();
  if (const auto panel = lags_panel(comparison); panel && !has_lags) panels.push_back(*panel);
  Drawing drawing = drawing_of(comparison_page(comparison, "Dashboard"), panels, 3,
                               "there is nothing to draw: no curves, or too many groups");
  drawing.caption = "All main measurements of the groups over training, and their lags.";
  add_evaluation_note(comparison, drawing.page);
  add_heads_note(comparison, drawing.page);
  add_band_note(comparison, drawing.page);
  return {{"dashboard", drawing}};
}

}  // namespace kairo
