#include "analysis/figures/dashboard.h"

#include <algorithm>

#include "analysis/figures/attention_to_z.h"
#include "analysis/figures/candidates.h"
#include "analysis/figures/causal_patching.h"
#include "analysis/figures/logit_lens.h"
#include "analysis/figures/training_curves.h"
#include "analysis/figures/z_shuffle.h"
#include "analysis/figures/zoom_row.h"

namespace kairo {
namespace {

constexpr std::size_t kColumns = 3;
constexpr double kPanelHeight = 290;
constexpr double kMapHeight = 150;

std::vector<Panel> main_panels(const FigureInputs& inputs) {
  std::vector<Panel> panels;
  for (const auto& panel :
       {loss_panel(inputs), accuracy_panel(inputs), z_gap_panel(inputs), attention_map(inputs),
        logit_lens_map(inputs), heads_map(inputs), z_dependence_panel(inputs),
        candidate_loss_panel(inputs), candidate_accuracy_panel(inputs)}) {
    if (panel) panels.push_back(*panel);
  }
  return panels;
}

// As few rows as hold them, and rows as even as can be: 7 panels are 3, 2, 2.
void add_rows(Page& page, const std::vector<Panel>& panels) {
  const std::size_t n_rows = (panels.size() + kColumns - 1) / kColumns;
  std::size_t next = 0;
  for (std::size_t i = 0; i < n_rows; ++i) {
    const std::size_t left = panels.size() - next, rows_left = n_rows - i;
    const std::size_t n = (left + rows_left - 1) / rows_left;
    PanelRow row;
    row.height = kPanelHeight;
    row.panels.assign(panels.begin() + next, panels.begin() + next + n);
    page.rows.push_back(std::move(row));
    next += n;
  }
}

std::vector<std::string> missing_notes(const RunData& run) {
  std::vector<std::string> notes;
  std::string text;
  for (const auto& [probe, why] : run.left_out) {
    text += (text.empty() ? "Left out: " : "; ") + probe + " (" + why + ")";
  }
  if (!text.empty()) notes.push_back(text + ".");
  const std::string undefined = undefined_note(run);
  if (!undefined.empty()) notes.push_back(undefined);
  return notes;
}

}  // namespace

Drawing dashboard(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Dashboard");
  drawing.page.events = event_lines(inputs.transitions);
  add_rows(drawing.page, main_panels(inputs));
  add_zoom_row(drawing.page, inputs.run,
               {loss_panel(inputs), accuracy_panel(inputs), z_gap_panel(inputs)}, kPanelHeight);
  PanelRow maps = patching_maps(inputs);
  maps.height = kMapHeight;
  if (!maps.panels.empty()) drawing.page.rows.push_back(std::move(maps));
  if (drawing.page.rows.empty()) return left_out("no metrics and no records: nothing to draw");
  const std::string maps_note = clipped_note(inputs);
  drawing.page.notes = missing_notes(inputs.run);
  if (!maps_note.empty()) drawing.page.notes.push_back(maps_note);
  add_source_note(inputs.run, drawing.page);
  drawing.caption = "All main measurements of the run over training, with the steps of its events.";
  return drawing;
}

}  // namespace kairo
