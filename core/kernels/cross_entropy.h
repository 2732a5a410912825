// Unembedding and cross-entropy as one differentiable operation: the log-probabilities of the
// vocabulary never stand in memory, and the logits become their own gradient.
//
//   loss = log(sum(exp(logits))) - logits[label], logits = x @ weight + bias; nats.
//
// float32 on the CPU with a backward by hand, which refuses a second derivative (kUsage) and can be
// run once, since it overwrites the logits that it keeps; every other dtype or device by plain
// operations. Weights: core/kernels/weight.h.
// Thread rule: any thread may call; rows are shared among the calling thread's OpenMP team.
#pragma once

#include "core/kernels/weight.h"

namespace kairo {

// x [.., d_model], labels [..] int64 -> losses [..]. weight [d_model, d_vocab], bias [d_vocab] or
// undefined. kShape for shapes that do not fit and for labels outside of the vocabulary.
at::Tensor unembed_loss(const at::Tensor& x, const Weight& weight, const Weight& bias,
                        const at::Tensor& labels);

}  // namespace kairo
