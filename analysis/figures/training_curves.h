// Figure training_curves: losses with their floors, accuracy and exact match, the z gap, learning
// rate and gradient norm. Series on which events are timed are drawn from the probes' records; the
// trainer's own evaluations (metrics.jsonl) stand in for a record that is missing.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

std::optional<Panel> loss_panel(const FigureInputs& inputs);
std::optional<Panel> accuracy_panel(const FigureInputs& inputs);
// Says on whose examples loss and accuracy were measured.
void add_source_note(const RunData& run, Page& page);

Drawing training_curves(const FigureInputs& inputs);

}  // namespace kairo
