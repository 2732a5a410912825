// Rotary position embedding as GPT-NeoX applies it: the first rotary_dim entries of a head are
// pairs (i, i + rotary_dim/2), each turned by pos · rotary_base^(-2i/rotary_dim). Su et al.,
// arXiv:2104.09864.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/config/transformer_options.h"

namespace kairo {

// x [batch, n, head, d_head]; row j stands at position positions[j] (undefined: j).
at::Tensor rotate(const at::Tensor& x, const at::Tensor& positions,
                  const TransformerOptions& options);

}  // namespace kairo
