#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/seed_curves.h"

namespace kairo {

std::vector<Panel> overlay_panels(const Comparison& comparison) {
  const std::vector<const RunGroup*> groups = comparison.groups_of("");
  std::vector<Panel> panels;
  for (const TrackPanel& wanted :
       {TrackPanel{"First-target loss", "cross-entropy (nats)", "first_target_loss"},
        TrackPanel{"Accuracy", "share of target tokens correct", "accuracy", StepUnit::kSteps, 0,
                   1},
        TrackPanel{"Z gap: loss with another z − loss", "z gap (nats)", "z_gap"}}) {
    if (const auto panel = track_panel(comparison, groups, wanted)) panels.push_back(*panel);
  }
  return panels;
}

std::vector<NamedDrawing> overlay(const Comparison& comparison) {
  Drawing drawing =
      drawing_of(comparison_page(comparison, "Training curves"), overlay_panels(comparison), 3,
                 why_no_track(comparison, "first_target_loss", "performance"));
  drawing.caption = "First-target loss, accuracy and z gap of every group over training.";
  add_evaluation_note(comparison, drawing.page);
  add_band_note(comparison, drawing.page);
  return {{"overlay", drawing}};
}

}  // namespace kairo
