// Figure composition: how far heads compose beyond random matrices, over training, and of which
// pairs at the last step.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

Drawing composition(const FigureInputs& inputs);

}  // namespace kairo
