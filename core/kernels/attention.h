// Attention over heads as one differentiable operation, with a backward written by hand.
//
//   z = softmax(q k^T / sqrt(d_head)) v for every example and head; row i sees the first visible[i]
//   keys.
//
// float32 on the CPU: a block of query rows at a time (core/kernels/attention_heads.h), so that no
// [rows, keys] matrix of a whole sequence stands in memory, and nothing but the inputs is kept for
// backward, which makes the pattern again. Every other dtype or device goes through plain
// operations, with a backward by autograd. A second derivative is refused (kUsage).
// Thread rule: any thread may call; heads are shared among the calling thread's OpenMP team.
#pragma once

#include <ATen/core/Tensor.h>

namespace kairo {

// packed [batch, pos, 3·head, d_head]: q's heads, then k's, then v's. visible [pos] int64, each
// from 1 to pos. -> [batch, pos, head, d_head]. kShape where they do not fit.
at::Tensor packed_attention(const at::Tensor& packed, const at::Tensor& visible);

// The same for some queries: q [batch, rows, head, d_head], packed [batch, keys, 2·head, d_head]:
// k's heads, then v's; visible [rows]. -> [batch, rows, head, d_head].
at::Tensor row_attention(const at::Tensor& q, const at::Tensor& packed, const at::Tensor& visible);

}  // namespace kairo
