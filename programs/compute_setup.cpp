#include "programs/compute_setup.h"

#include <spdlog/spdlog.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include "core/base/error.h"
#include "core/kernels/blas_library.h"
#include "core/kernels/cpu_path.h"
#include "core/kernels/process_setup.h"

namespace kairo {

void set_up_computing(int threads) {
  cpu_path();  // refuses an unknown KAIRO_CPU before anything is done
  set_up_process(threads);
  const std::string library = blas_library();
  if (!is_reference_blas(library)) return;
  spdlog::warn(
      "LibTorch's plain operations run on the reference BLAS ({}), 20 times slower: apt-get "
      "install "
      "libopenblas0-openmp",
      library);
}

c10::Device device_of(const std::string& name) {
  if (name == "cpu") return c10::kCPU;
  const auto n_gpus = static_cast<int>(torch::cuda::device_count());
  std::string there = "cpu";
  for (int i = 0; i < n_gpus; ++i) {
    const c10::Device gpu(c10::kCUDA, static_cast<c10::DeviceIndex>(i));
    if (name == gpu.str() || (i == 0 && name == "cuda")) return gpu;
    there += ", " + gpu.str();
  }
  throw Error(ErrorKind::kUsage)
      .at("--device")
      .expected("cpu, cuda or cuda:N")
      .came(name)
      .hint(n_gpus > 0 ? "this machine has " + there
                       : "LibTorch " TORCH_VERSION
                         " finds no GPU here: build with a CUDA LibTorch (docs/building.md) on a "
                         "machine that has one, or leave --device out");
}

}  // namespace kairo
