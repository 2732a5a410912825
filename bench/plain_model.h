// The same transformer in LibTorch's own operations, a line each, from the same weights: what the
// benches' answers are checked against where the twin in double loops would take minutes.
//
// Causal, LN, gelu, learned positions, float32; gradients by LibTorch's autograd, into the model's
// own buffer. Thread rule: as Transformer::forward.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/model/transformer/transformer.h"

namespace kairo {

// tokens [batch, pos] int64 -> logits [batch, pos, d_vocab].
at::Tensor plain_forward(const Transformer& model, const at::Tensor& tokens);

// Mean cross-entropy, nats a label: labels [batch, pos], kNoLabel where there is no loss.
at::Tensor plain_loss(const Transformer& model, const at::Tensor& tokens, const at::Tensor& labels);

}  // namespace kairo
