// Layer normalisation (Ba, Kiros and Hinton, arXiv:1607.06450) as one differentiable operation:
//   y = (x - mean) / sqrt(variance + eps) · gain + bias, mean and variance over the last axis.
//
// float32 on the CPU by core/kernels/rows.h with a backward by hand, which refuses a second
// derivative (kUsage) and keeps x and two numbers a row; every other dtype or device by LibTorch's.
// Thread rule: any thread may call; rows are shared among the calling thread's OpenMP team.
#pragma once

#include "core/kernels/weight.h"

namespace kairo {

// x [.., d_model] -> [.., d_model]; gain and bias [d_model], both or neither defined.
at::Tensor layer_norm(const at::Tensor& x, const Weight& gain, const Weight& bias, double eps);

}  // namespace kairo
