// x · weight + bias, with what stands around it in a block, as one differentiable operation each
// with a backward written by hand.
//
// float32 on the CPU through oneDNN's product and the loops of core/kernels/rows.h; every other
// dtype or device by plain operations, with a backward by autograd. A second derivative of the
// former is refused (kUsage). Weights: core/kernels/weight.h.
// Thread rule: any thread may call; the number of threads inside is the calling thread's OpenMP
// setting.
#pragma once

#include "core/kernels/rows.h"
#include "core/kernels/weight.h"

namespace kairo {

// x [..., in] @ weight [in, out] + bias [out] + residual [..., out] -> [..., out]; an undefined
// bias or residual is left out. kShape where they do not fit.
at::Tensor linear(const at::Tensor& x, const Weight& weight, const Weight& bias,
                  const at::Tensor& residual = {});

struct MlpWeights {
  Weight w_in;   // [d_model, d_mlp]
  Weight b_in;   // [d_mlp]
  Weight w_out;  // [d_mlp, d_model]
  Weight b_out;  // [d_model]
};

// residual + gelu(x @ w_in + b_in) @ w_out + b_out: x, residual [..., d_model]. Keeps gelu's value
// and slope for backward in place of the pre-activation: the exponential is made once.
// An undefined residual is left out.
at::Tensor gelu_mlp(const at::Tensor& x, const MlpWeights& weights, const at::Tensor& residual,
                    GeluForm form = GeluForm::kExact);

}  // namespace kairo
