// The MLP of one block: residual + act(ln2(residual) W_in + b_in) W_out + b_out, with its points;
// its output dropped where the pass drops. Where nobody looks between W_in and W_out, an MLP of
// gelu or gelu_new is one operation.
#pragma once

#include "core/model/transformer/attention.h"

namespace kairo {

// input [batch, rows, d_model], what the MLP reads -> onto + its output, like input.
at::Tensor mlp(const at::Tensor& input, const at::Tensor& onto, const BlockInputs& block);

}  // namespace kairo
