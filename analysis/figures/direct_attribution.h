// The figure `direct_attribution`: what each head and MLP adds to the answer's logit by itself.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

Drawing direct_attribution(const FigureInputs& inputs);

}  // namespace kairo
