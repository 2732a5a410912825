// gelu(x) = x Φ(x), Φ the normal distribution (Hendrycks and Gimpel, arXiv:1606.08415), exact to
// float32 rounding, with a backward by hand: gelu'(x) = Φ(x) + x φ(x).
//
// float32 on the CPU by core/kernels/rows.h; every other dtype or device by LibTorch's. Keeps the
// slope for backward, made beside the value from the same exponential. A second derivative is
// refused (kUsage).
// Thread rule: any thread may call; elements are shared among the calling thread's OpenMP team.
#pragma once

#include <ATen/core/Tensor.h>

namespace kairo {

at::Tensor gelu(const at::Tensor& x);  // any shape

}  // namespace kairo
