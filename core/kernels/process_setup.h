// What a process and its threads set before they compute.
#pragma once

namespace kairo {

// Keeps freed memory in the process (glibc's malloc): freed tensors would go back to the kernel and
// fault in again, 10-18 % of a training step. Called once, first thing in main. `threads` > 0: the
// threads that single operations on this thread may use; 0: as many as the
// process may use (core/base/cpu_allowance.h).
void set_up_process(int threads);

// Gives the calling thread single-threaded operations: a new std::thread starts with OpenMP's full
// team, and LibTorch resets it at the first parallel region, so that one is made first.
void use_single_threaded_operations();

}  // namespace kairo
