#include "training/this_machine.h"

#include <H5public.h>
#include <oneapi/dnnl/dnnl.h>
#include <torch/version.h>

#include <fstream>

#include "core/kernels/blas_library.h"
#include "core/kernels/cpu_path.h"

namespace kairo {
namespace {

// The text after "key :" in the first such line of /proc/cpuinfo.
std::string cpu_field(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.compare(0, key.size(), key) == 0 && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "";
}

std::string instruction_set() {
  const std::string flags = " " + cpu_field("flags") + " ";
  const auto has = [&](const char* flag) { return flags.find(flag) != std::string::npos; };
  if (has(" amx_tile ")) return "AMX";
  if (has(" avx512f ")) return "AVX512";
  if (has(" avx2 ")) return "AVX2";
  return has(" avx ") ? "AVX" : "baseline";
}

std::string dotted(unsigned major, unsigned minor, unsigned patch) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace

Machine this_machine() {
  Machine machine{cpu_field("model name"), instruction_set(), name_of(cpu_path()), {}};
  const dnnl_version_t* onednn = dnnl_version();
  unsigned major = 0, minor = 0, patch = 0;
  H5get_libversion(&major, &minor, &patch);
  machine.libraries["LibTorch"] = TORCH_VERSION;
  machine.libraries["oneDNN"] = dotted(onednn->major, onednn->minor, onednn->patch);
  machine.libraries["HDF5"] = dotted(major, minor, patch);
  machine.libraries["BLAS"] = blas_library();
  return machine;
}

}  // namespace kairo
