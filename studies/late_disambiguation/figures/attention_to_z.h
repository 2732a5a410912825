// Figure attention_to_z: attention from q to the z span, a panel a layer, a line a head.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo::late_disambiguation {

// All heads as the rows of one heat map, for the dashboard.
std::optional<Panel> attention_map(const FigureInputs& inputs);

Drawing attention_to_z(const FigureInputs& inputs);

}  // namespace kairo::late_disambiguation
