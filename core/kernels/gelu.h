// gelu(x) = x Φ(x), Φ the normal distribution, and its tanh form x (1 + tanh(sqrt(2/pi) (x +
// 0.044715 x³)))/2 (Hendrycks and Gimpel, arXiv:1606.08415; gelu_new of GPT-2), both to float32
// rounding, with a backward by hand: gelu'(x) = Φ(x) + x φ(x).
//
// float32 on the CPU by core/kernels/rows.h; every other dtype or device by LibTorch's. Keeps the
// slope for backward, made beside the value from the same exponential. A second derivative is
// refused (kUsage).
// Thread rule: any thread may call; elements are shared among the calling thread's OpenMP team.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/kernels/rows.h"

namespace kairo {

at::Tensor gelu(const at::Tensor& x, GeluForm form = GeluForm::kExact);  // any shape

}  // namespace kairo
