// oneDNN's products on raw float32 CPU tensors; no autograd. For core/kernels, and for the
// benches that need the products alone.
#pragma once

#include <ATen/core/Tensor.h>

namespace kairo {

// a [m, k] @ b [k, n] + beta·c -> c [m, n], whose rows are contiguous. Transposed views
// cost nothing.
void onednn_gemm(const at::Tensor& a, const at::Tensor& b, float beta, at::Tensor& c);

// a [b1, b2, m, k] @ b [b1, b2, k, n] -> new [b1, b2, m, n]. Any strides with a unit one among the
// last two axes; others are copied first.
at::Tensor onednn_batched_matmul(const at::Tensor& a, const at::Tensor& b);

}  // namespace kairo
