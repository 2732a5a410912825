#include "analysis/compare/seed_curves.h"
#include "studies/late_disambiguation/compare/compare.h"

namespace kairo::late_disambiguation {
namespace {

TrackPanel z_gap_panel() { return {"Z gap: loss with another z − loss", "z gap (nats)", "z_gap"}; }

}  // namespace

std::vector<Panel> z_gap_panels(const Comparison& comparison) {
  const auto panel = track_panel(comparison, comparison.groups_of(""), z_gap_panel());
  return panel ? std::vector<Panel>{*panel} : std::vector<Panel>{};
}

std::vector<Panel> z_usage_panels(const Comparison& comparison) {
  const std::vector<const RunGroup*> groups = comparison.groups_of("");
  std::vector<Panel> panels;
  for (const TrackPanel& wanted :
       {z_gap_panel(),
        TrackPanel{"Attention to z, largest head", "attention (probability)", "attention_to_z",
                   StepUnit::kSteps, 0, 1},
        TrackPanel{"Dependence on z: P(a|B,z) − P(a|B,z')", "difference of probabilities",
                   "z_dependence"}}) {
    if (const auto panel = track_panel(comparison, groups, wanted)) panels.push_back(*panel);
  }
  return panels;
}

std::vector<NamedDrawing> z_usage(const Comparison& comparison) {
  Drawing drawing =
      drawing_of(comparison_page(comparison, "Use of the selector z"), z_usage_panels(comparison),
                 3, why_no_track(comparison, "z_gap", "z_shuffle"));
  drawing.caption = "Z gap, attention to z and dependence on z of every group over training.";
  add_evaluation_note(comparison, drawing.page);
  add_heads_note(comparison, drawing.page);
  add_band_note(comparison, drawing.page);
  return {{"z_usage", drawing}};
}

}  // namespace kairo::late_disambiguation
