#include "analysis/figures/dashboard.h"

#include <algorithm>

#include "analysis/figures/logit_lens.h"
#include "analysis/figures/training_curves.h"
#include "analysis/figures/zoom_row.h"
#include "analysis/task_analysis.h"

namespace kairo {
namespace {

constexpr std::size_t kColumns = 3;
constexpr double kPanelHeight = 290;
constexpr double kMapHeight = 150;

const TaskFigures& figures_of(const FigureInputs& inputs) {
  return analysis_of(inputs.run.task).figures;
}

std::vector<std::optional<Panel>> training_panels(const FigureInputs& inputs) {
  std::vector<std::optional<Panel>> panels = {loss_panel(inputs), accuracy_panel(inputs)};
  const auto own = figures_of(inputs).training_panel;
  if (own != nullptr) panels.push_back(own(inputs));
  return panels;
}

std::vector<Panel> main_panels(const FigureInputs& inputs) {
  std::vector<std::optional<Panel>> all = training_panels(inputs);
  const auto own = figures_of(inputs).dashboard_panels;
  if (own == nullptr) all.push_back(logit_lens_map(inputs));
  if (own != nullptr) {
    for (std::optional<Panel>& panel : own(inputs)) all.push_back(std::move(panel));
  }
  std::vector<Panel> panels;
  for (const auto& panel : all) {
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

std::vector<std::string> notes_of(const FigureInputs& inputs) {
  const RunData& run = inputs.run;
  std::vector<std::string> notes;
  std::string text;
  for (const auto& [probe, why] : run.left_out) {
    text += (text.empty() ? "Left out: " : "; ") + probe + " (" + why + ")";
  }
  if (!text.empty()) notes.push_back(text + ".");
  const auto own = figures_of(inputs).dashboard_notes;
  if (own == nullptr) return notes;
  for (const std::string& each : own(inputs)) notes.push_back(each);
  return notes;
}

}  // namespace

Drawing dashboard(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Dashboard");
  drawing.page.events = event_lines(inputs.transitions);
  add_rows(drawing.page, main_panels(inputs));
  add_zoom_row(drawing.page, inputs.run, training_panels(inputs), kPanelHeight);
  const auto own_maps = figures_of(inputs).dashboard_maps;
  PanelRow maps = own_maps == nullptr ? PanelRow{} : own_maps(inputs);
  maps.height = kMapHeight;
  if (!maps.panels.empty()) drawing.page.rows.push_back(std::move(maps));
  if (drawing.page.rows.empty()) return left_out("no metrics and no records: nothing to draw");
  drawing.page.notes = notes_of(inputs);
  add_source_note(inputs.run, drawing.page);
  drawing.caption = "All main measurements of the run over training, with the steps of its events.";
  return drawing;
}

}  // namespace kairo
