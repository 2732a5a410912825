// Figure training_curves: losses with their floors, accuracy and exact match, the study's own
// panel, learning rate and gradient norm. Series on which events are timed are drawn from the
// probes' records; the trainer's own evaluations (metrics.jsonl) stand in for a record that is
// missing.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

struct LoggedCurve {
  std::string quantity;  // column of the metrics, or quantity of the record
  std::string name;
  int style;
};
// The panels of what the trainer logged; a run that logged nothing has none.
std::optional<Panel> logged_panel(const FigureInputs& inputs, const std::string& title,
                                  const std::string& y_label, const LoggedCurve& named);

std::optional<Panel> loss_panel(const FigureInputs& inputs);
std::optional<Panel> accuracy_panel(const FigureInputs& inputs);
// Says on whose examples loss and accuracy were measured.
void add_source_note(const RunData& run, Page& page);

Drawing training_curves(const FigureInputs& inputs);

}  // namespace kairo
