// Figure head_scores: how far each head attends as a previous-token, duplicate-token or induction
// head does.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

Drawing head_scores(const FigureInputs& inputs);

}  // namespace kairo
