// Figure gradient_flow: where the gradient of the training loss arrives, by segment of the sequence
// and by parameter.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

Drawing gradient_flow(const FigureInputs& inputs);

}  // namespace kairo
