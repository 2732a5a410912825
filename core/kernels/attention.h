// Attention over heads as one differentiable operation, with a backward written by hand.
//
//   z = softmax(q k^T / sqrt(d_head)) v for every example and head; row i sees the first visible[i]
//   keys.
//
// float32 on the CPU: a block of query rows at a time (core/kernels/attention_heads.h), so that no
// [rows, keys] matrix of a whole sequence stands in memory: backward makes the pattern again, but
// for short sequences (up to 64 keys), whose pattern is kept beside the inputs. Every other dtype
// or device goes through plain operations, with a backward by autograd. A second derivative is
// refused (kUsage). Thread rule: any thread may call; heads are shared among the calling thread's
// OpenMP team.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace kairo {

// packed [batch, pos, 3·head, d_head]: q's heads, then k's, then v's. visible [pos] int64, each
// from 1 to pos. -> [batch, pos, head, d_head]. kShape where they do not fit.
at::Tensor packed_attention(const at::Tensor& packed, const at::Tensor& visible);

// The same for some queries: q [batch, rows, head, d_head], packed [batch, keys, 2·head, d_head]:
// k's heads, then v's; visible [rows]. -> [batch, rows, head, d_head].
at::Tensor row_attention(const at::Tensor& q, const at::Tensor& packed, const at::Tensor& visible);

// Rows that go on from another sequence: they see its first `before` positions, and their own keys
// causally. The last `rows` of `own` positions have queries.
struct Continuation {
  int64_t before = 0;
  int64_t own = 0;
  int64_t rows = 0;
};

// Several continuations side by side, of each example: q [batch, all rows, head, d_head], k and v
// [batch, all own, head, d_head], in the continuations' order; before_k, before_v [batch, pos,
// head, d_head]. -> like q. No graph: inputs that want gradients are kUsage.
at::Tensor continued_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const at::Tensor& before_k, const at::Tensor& before_v,
                               const std::vector<Continuation>& continuations);

}  // namespace kairo
