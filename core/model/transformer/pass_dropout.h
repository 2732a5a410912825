// Where a training pass of a transformer drops numbers, as transformers' GPT-2 does: the summed
// embeddings (embed_dropout), each attention pattern (attn_dropout), and what attention and MLP
// write, before it is added to the residual (resid_dropout).
//
// A hook point sees its value before dropout; what follows in the pass sees it after: hook_pattern
// is the softmax, hook_attn_out the attention's output, and resid_mid has the dropped one.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/pass_random.h"
#include "core/config/transformer_options.h"

namespace kairo {

enum class DropoutPlace { kEmbed, kPattern, kAttnOut, kMlpOut };

// True if a pass with this randomness drops numbers there.
bool drops(DropoutPlace place, const TransformerOptions& options, const PassRandom& random);

struct DroppedRows {
  DropoutPlace place;
  int64_t layer = 0;     // of kEmbed: 0
  at::Tensor positions;  // [rows] int64; undefined: 0, 1, …
};

// mask · x, where `drops`, else x: x [batch, rows, d_model], or of kPattern [batch, head, rows,
// keys]. A mask depends on positions, not on which rows are finished.
at::Tensor drop(const at::Tensor& x, const DroppedRows& rows, const TransformerOptions& options,
                const PassRandom& random);
// onto + mask · x.
at::Tensor add_dropped(const at::Tensor& onto, const at::Tensor& x, const DroppedRows& rows,
                       const TransformerOptions& options, const PassRandom& random);

}  // namespace kairo
