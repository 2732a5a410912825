// Figure logit_lens: where in the depth of the model the answer's first token a can be read.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

// P(a) by layer over steps.
std::optional<Panel> logit_lens_map(const FigureInputs& inputs);

Drawing logit_lens(const FigureInputs& inputs);

}  // namespace kairo
