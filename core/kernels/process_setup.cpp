#include "core/kernels/process_setup.h"

#include <ATen/Parallel.h>
#include <malloc.h>
#include <omp.h>

#include "core/base/cpu_allowance.h"

namespace kairo {

void set_up_process(int threads) {
  constexpr int kKeptBytes = 32 << 20;  // the largest threshold that glibc takes
  constexpr int kGrowBytes = 16 << 20;
  mallopt(M_MMAP_THRESHOLD, kKeptBytes);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, kGrowBytes);
  mallopt(M_ARENA_MAX, 4);
  at::set_num_threads(threads > 0 ? threads : allowed_cpus());
}

void use_single_threaded_operations() {
  at::internal::lazy_init_num_threads();
  omp_set_num_threads(1);
}

}  // namespace kairo
