// Figure weight_spectra: effective rank and leading singular value of each head's QK and OV
// circuit.
#pragma once

#include "analysis/figures/from_run.h"

namespace kairo {

Drawing weight_spectra(const FigureInputs& inputs);

}  // namespace kairo
