#include "programs/compute_setup.h"

#include <spdlog/spdlog.h>

#include "core/kernels/blas_library.h"
#include "core/kernels/process_setup.h"

namespace kairo {

void set_up_computing(int threads) {
  set_up_process(threads);
  const std::string library = blas_library();
  if (!is_reference_blas(library)) return;
  spdlog::warn(
      "LibTorch's plain operations run on the reference BLAS ({}), 20 times slower: apt-get "
      "install "
      "libopenblas0-openmp",
      library);
}

}  // namespace kairo
