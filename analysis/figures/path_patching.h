// The figure `path_patching`: which head acts on the answer, and on which later head, directly.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

Drawing path_patching(const FigureInputs& inputs);

}  // namespace kairo
