// The dashboard: the main panels of all figures on one page, with the run's events as its headline.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

// Panels whose data are missing are left out, the page closes up, and a note says why.
Drawing dashboard(const FigureInputs& inputs);

}  // namespace kairo
