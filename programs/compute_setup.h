// What a program that computes with LibTorch does first, after its command line is understood.
#pragma once

namespace kairo {

// set_up_process(threads) (core/kernels/process_setup.h), and one warning where LibTorch's plain
// operations would run on the reference BLAS.
void set_up_computing(int threads);

}  // namespace kairo
