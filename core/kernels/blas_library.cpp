#include "core/kernels/blas_library.h"

#include <dlfcn.h>

#include <filesystem>

namespace kairo {

std::string blas_library() {
  void* product = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info info;
  if (product == nullptr || dladdr(product, &info) == 0 || info.dli_fname == nullptr) return "";
  std::error_code error;
  const std::filesystem::path file = std::filesystem::canonical(info.dli_fname, error);
  if (error) return "";
  return (file.parent_path().filename() / file.filename()).string();
}

bool is_reference_blas(const std::string& library) {
  const std::filesystem::path path(library);
  if (path.filename().string().rfind("libblas", 0) != 0) return false;
  const std::string folder = path.parent_path().string();
  for (const char* other : {"openblas", "atlas", "blis", "mkl", "flexiblas"}) {
    if (folder.find(other) != std::string::npos) return false;
  }
  return true;
}

}  // namespace kairo
