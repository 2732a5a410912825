// Losses in nats.
#pragma once

#include <ATen/core/Tensor.h>

namespace kairo {

// Cross-entropy of each label: logits [.., d_vocab], labels [..] int64 -> [..].
at::Tensor token_loss(const at::Tensor& logits, const at::Tensor& labels);

// Loss of predicting token p+1 at position p: logits [batch, pos, d_vocab], tokens [batch, pos] ->
// [batch, pos-1]. TransformerLens's loss_per_token.
at::Tensor next_token_loss(const at::Tensor& logits, const at::Tensor& tokens);

}  // namespace kairo
