// Figure weight_norms: norms of the weights and their distances from the start, by kind and by
// layer.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

Drawing weight_norms(const FigureInputs& inputs);

}  // namespace kairo
