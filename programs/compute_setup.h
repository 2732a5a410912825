// What a program that computes with LibTorch does first, after its command line is understood.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace kairo {

// set_up_process(threads) (core/kernels/process_setup.h), and one warning where LibTorch's plain
// operations would run on the reference BLAS.
void set_up_computing(int threads);

// What `--device` names: cpu, cuda (the first) or cuda:N. kUsage for anything else and for a device
// that is not there, saying which are.
c10::Device device_of(const std::string& name);

}  // namespace kairo
