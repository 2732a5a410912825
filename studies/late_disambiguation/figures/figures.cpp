#include "studies/late_disambiguation/figures/figures.h"

#include "analysis/figures/logit_lens.h"
#include "studies/late_disambiguation/figures/attention_to_z.h"
#include "studies/late_disambiguation/figures/candidates.h"
#include "studies/late_disambiguation/figures/causal_patching.h"
#include "studies/late_disambiguation/figures/z_shuffle.h"

namespace kairo::late_disambiguation {
namespace {

std::vector<std::optional<Panel>> dashboard_panels(const FigureInputs& inputs) {
  return {
      attention_map(inputs),      logit_lens_map(inputs),       heads_map(inputs),
      z_dependence_panel(inputs), candidate_loss_panel(inputs), candidate_accuracy_panel(inputs)};
}

std::vector<std::string> dashboard_notes(const FigureInputs& inputs) {
  std::vector<std::string> notes;
  for (const std::string& note : {undefined_note(inputs.run), clipped_note(inputs)}) {
    if (!note.empty()) notes.push_back(note);
  }
  return notes;
}

}  // namespace

TaskFigures figures() {
  TaskFigures figures;
  figures.figures = {
      {"attention_to_z", attention_to_z, "", nullptr, "training_curves"},
      {"causal_patching", causal_patching, "", nullptr, "logit_lens"},
      {"z_shuffle", z_shuffle, "", nullptr, "causal_patching"},
      {"candidates", candidates, "", nullptr, "z_shuffle"},
  };
  figures.training_panel = z_gap_panel;
  figures.training_panel_name = "z gap";
  figures.dashboard_panels = dashboard_panels;
  figures.dashboard_maps = patching_maps;
  figures.dashboard_notes = dashboard_notes;
  return figures;
}

}  // namespace kairo::late_disambiguation
