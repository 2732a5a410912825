// The float32 product on the CPU behind every fused operation; no autograd. Inside core/kernels
// only.
#pragma once

#include <ATen/core/Tensor.h>

namespace kairo {

// c [m, n] = a [m, k] @ b [k, n] + beta · c; rows or columns of c are contiguous, transposed views
// cost nothing. Through oneDNN, but for a transposed a (a weight's gradient), where LibTorch's BLAS
// is the faster one if it is OpenBLAS: 83-90 GFLOP/s a core against 50-66 for [512, 512]^T @ [512,
// 128], 79-89 against 66-84 for [512, 128]^T @ [512, 512] on a Zen 3 (oneDNN 2.6, OpenBLAS 0.3.21).
// The same product always takes the same way in one process.
void gemm(const at::Tensor& a, const at::Tensor& b, float beta, const at::Tensor& c);

}  // namespace kairo
