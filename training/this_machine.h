// The machine that this process runs on. Apart from Machine, whose record needs no LibTorch.
#pragma once

#include "training/run/machine.h"

namespace kairo {

// Asks the CPU, LibTorch, oneDNN, HDF5 and the BLAS behind LibTorch.
Machine this_machine();

}  // namespace kairo
