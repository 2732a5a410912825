#include "core/kernels/gemm.h"

#include <ATen/ATen.h>

#include "core/kernels/blas_library.h"
#include "core/kernels/onednn.h"

namespace kairo {
namespace {

bool has_openblas() {
  static const bool found = blas_library().find("openblas") != std::string::npos;
  return found;
}

bool is_transposed(const at::Tensor& matrix) {
  return matrix.stride(0) == 1 && matrix.stride(1) >= matrix.size(0) && matrix.size(0) > 1;
}

}  // namespace

void gemm(const at::Tensor& a, const at::Tensor& b, float beta, const at::Tensor& c) {
  if (c.stride(1) != 1 && is_transposed(c)) return gemm(b.t(), a.t(), beta, c.t());
  at::Tensor to = c;
  if (is_transposed(a) && has_openblas()) {
    at::addmm_out(to, c, a, b, beta, 1.0);
  } else {
    onednn_gemm(a, b, beta, to);
  }
}

}  // namespace kairo
