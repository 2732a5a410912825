// Token and position embeddings, summed, as one differentiable operation.
//
// float32 on the CPU with a backward by hand, which adds the rows of each token in the order of the
// batch (equal to the bit for any number of threads) and refuses a second derivative (kUsage);
// every other dtype or device by plain operations. Weights: core/kernels/weight.h.
// Thread rule: any thread may call.
#pragma once

#include "core/kernels/weight.h"

namespace kairo {

// tokens [batch, pos] int64 -> w_tokens[token] + w_positions[0 … pos): [batch, pos, d_model].
// w_tokens [d_vocab, d_model], w_positions [n_ctx, d_model] or undefined. Ids are trusted.
at::Tensor embed(const at::Tensor& tokens, const Weight& w_tokens, const Weight& w_positions);

}  // namespace kairo
