// Figure z_shuffle: what happens to the first target token when z is replaced by another selector.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo::late_disambiguation {

// From the record, else from the trainer's evaluations.
std::optional<Panel> z_gap_panel(const FigureInputs& inputs);

Drawing z_shuffle(const FigureInputs& inputs);

}  // namespace kairo::late_disambiguation
