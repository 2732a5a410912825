#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/seed_curves.h"

namespace kairo {

std::vector<Panel> overlay_panels(const Comparison& comparison) {
  const std::vector<const RunGroup*> groups = comparison.groups_of("");
  std::vector<Panel> panels;
  for (const TrackPanel& wanted :
       {TrackPanel{"First-target loss", "cross-entropy (nats)", "first_target_loss"},
        TrackPanel{"Accuracy", "share of target tokens correct", "accuracy", StepUnit::kSteps, 0,
                   1}}) {
    if (const auto panel = track_panel(comparison, groups, wanted)) panels.push_back(*panel);
  }
  for (Panel& panel : panels_by(compared_task(comparison).training_panels, comparison)) {
    panels.push_back(std::move(panel));
  }
  return panels;
}

std::vector<NamedDrawing> overlay(const Comparison& comparison) {
  Drawing drawing =
      drawing_of(comparison_page(comparison, "Training curves"), overlay_panels(comparison), 3,
                 why_no_track(comparison, "first_target_loss", "performance"));
  drawing.caption = "Loss, accuracy and the study's curves of every group over training.";
  add_evaluation_note(comparison, drawing.page);
  add_band_note(comparison, drawing.page);
  return {{"overlay", drawing}};
}

}  // namespace kairo
