#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/seed_curves.h"
#include "analysis/compare/temperature.h"

namespace kairo {

std::vector<NamedDrawing> temperature_loss(const Comparison& comparison) {
  const std::string why = why_no_temperature(comparison);
  if (!why.empty()) return {{"temperature_loss", left_out(why)}};
  const std::vector<const RunGroup*> groups = comparison.groups_of("");
  std::vector<Panel> panels;
  for (const StepUnit unit : kStepUnits) {
    const std::string title = std::string("Against ") + unit_label(unit);
    if (const auto panel = track_panel(
            comparison, groups, {title, "first-target loss (nats)", "first_target_loss", unit})) {
      panels.push_back(*panel);
    }
  }
  Drawing drawing =
      drawing_of(comparison_page(comparison, "First-target loss by temperature"), panels, 3,
                 why_no_track(comparison, "first_target_loss", "performance"));
  drawing.caption =
      "First-target loss of every learning rate and batch size against steps, examples and summed "
      "learning rate.";
  drawing.page.notes = {
      "Examples and learning rates are as the trainer logged them, with warm-up and cosine decay."};
  add_band_note(comparison, drawing.page);
  return {{"temperature_loss", drawing}};
}

}  // namespace kairo
