// One head's attention on raw float32 rows, forward and backward: the loops behind
// core/kernels/attention.h. A block of query rows at a time: the [rows, keys] matrix of a whole
// sequence never stands in memory.
//
// Forward, for up to 32 query rows: scores = scale · q k^T with scale = 1 / sqrt(d_head), a softmax
// over each row's visible keys, z = pattern v. Backward makes the pattern again (or reads the kept
// one), and with g the gradient of z:
//   v_gradient += pattern^T g
//   s = pattern ∘ (g v^T - row sums of (pattern ∘ g v^T)), the gradient of scaled scores
//   q_gradient = scale · s k,   k_gradient += scale · s^T q
//
// Example: d_head = 1, so scale 1; one row with q = 1 that sees two keys, k = (0, log 3) and
// v = (0, 4). Scores (0, log 3), pattern (1/4, 3/4), z = 3. With g = 1: v_gradient = (1/4, 3/4);
// g v^T = (0, 4) with sum 3, so s = (1/4 · -3, 3/4 · 1) = (-3/4, 3/4); q_gradient = 3/4 log 3,
// k_gradient = (-3/4, 3/4).
//
// Thread rule: workspaces are per thread; heads may be run by any threads.
#pragma once

#include <cstdint>

namespace kairo {

// Rows of one head in a larger array: row i begins at data + i * stride.
struct HeadRows {
  float* data = nullptr;
  int64_t stride = 0;
};

struct HeadForward {
  HeadRows q, k, v;  // [rows, d_head], [keys, d_head] twice
  HeadRows z;        // [rows, d_head], written
  // Keys and values that stand before those of k and v, in another array: [before, d_head].
  HeadRows before_k, before_v;
  int64_t before = 0;
  int64_t rows = 0, keys = 0, d_head = 0;  // keys: all of them, those before included
  const int64_t* visible = nullptr;  // [rows]: row i sees keys 0 … visible[i]-1, at least one
  // [rows, pattern_width(keys)], the attention pattern: written by forward and read by backward,
  // which makes it anew where it is null.
  float* pattern = nullptr;
};

// Keys of a kept pattern's row: a multiple of every register's width.
inline int64_t pattern_width(int64_t keys) { return (keys + 15) / 16 * 16; }

struct HeadBackward {
  HeadForward forward;              // z is not read; nothing stands before
  HeadRows z_gradient;              // [rows, d_head]
  HeadRows q_gradient;              // written
  HeadRows k_gradient, v_gradient;  // written
};

void head_forward(const HeadForward& head);
void head_backward(const HeadBackward& head);

}  // namespace kairo
