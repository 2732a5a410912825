// The one matrix product. float32 on the CPU goes through oneDNN (Debian's LibTorch would use
// whatever BLAS is installed, which may be the reference one, 20 times slower); every other dtype
// or device through LibTorch's own product, since oneDNN 2.6 has no float64.
//
// Differentiable, twice where asked. Thread rule: any thread may call; the number
// of threads inside is the calling thread's OpenMP setting.
#pragma once

#include <ATen/core/Tensor.h>

namespace kairo {

// a [batch…, m, k] @ b [batch…, k, n] -> [batch…, m, n]. Leading axes must be equal; any strides.
// kShape where they do not fit.
at::Tensor matmul(const at::Tensor& a, const at::Tensor& b);

}  // namespace kairo
