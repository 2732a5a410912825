// Multi-head attention of one block, from the residual stream to the residual stream behind it.
//
// scores = q k^T / sqrt(d_head), masked with -inf above the diagonal when causal; pattern = softmax
// over keys; z = pattern v; out = sum over heads of z W_O, plus b_O. Names and meaning:
// TransformerLens.
//
// Split inputs: hook_attn_in and hook_q/k/v_input are the residual once per head. Where one of them
// is edited or a gradient flows through it, ln1's points are [batch, pos, head, ...]; where q, k
// and v have inputs of their own, the head axis holds q's heads, then k's, then v's (ln1 still
// fires once).
#pragma once

#include <ATen/core/Tensor.h>

#include "core/base/pass_random.h"
#include "core/config/transformer_options.h"
#include "core/model/flat_parameters.h"
#include "core/model/transformer/points.h"
#include "core/model/transformer/row_layout.h"

namespace kairo {

struct BlockInputs {
  const TransformerOptions& options;
  const FlatParameters& parameters;
  const TransformerHooks& hooks;
  int64_t layer = 0;
  // Positions to finish, ascending [r] int64; undefined: all. Keys and values are made for every
  // position.
  at::Tensor rows;
  const RowLayout* layout;   // null: each example is one sequence
  const PassRandom& random;  // not given: no dropout

  // Positions of the rows to finish, or of all: [rows] int64; undefined: 0, 1, …
  at::Tensor row_positions() const;

  std::string prefix() const { return "blocks." + std::to_string(layer) + "."; }
  at::Tensor at(PointKind kind, const at::Tensor& value) const {
    return hooks.at(kind, layer, value);
  }
};

// resid_pre [batch, pos, d_model], onto [batch, rows, d_model] -> onto + the attention's output
// (hook_attn_out's value, dropped where the pass drops), like onto. kUsage where scores or pattern
// are looked at or dropped in a pass with a layout of its own, which has none of that shape.
at::Tensor attention(const at::Tensor& resid_pre, const at::Tensor& onto, const BlockInputs& block);

}  // namespace kairo
