// Figure training_curves: losses with their floors, accuracy and exact match, and the z-shuffle
// gap, as the trainer evaluated them (metrics.jsonl); from the record of `performance` where there
// are no metrics.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

std::optional<Panel> loss_panel(const FigureInputs& inputs);
std::optional<Panel> accuracy_panel(const FigureInputs& inputs);
// Whose examples these curves are of, where they are the trainer's.
void add_metrics_note(const RunData& run, Page& page);

Drawing training_curves(const FigureInputs& inputs);

}  // namespace kairo
