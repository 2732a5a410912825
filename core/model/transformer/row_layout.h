// Rows of a pass that are not one sequence each: several continuations of one prefix, say, packed
// side by side. Everything but attention and rotary positions acts on each row alone, so a layout
// is all that such a pass needs beside the residual it starts from.
#pragma once

#include <ATen/core/Tensor.h>

namespace kairo {

class RowLayout {
 public:
  virtual ~RowLayout() = default;

  // Position of each row: [rows] int64.
  virtual const at::Tensor& positions() const = 0;

  // What a block's attention mixes for the rows of `q`: all rows of the pass, or the finished ones
  // (ForwardOptions::positions) in their order. q [n, all or finished, head, d_head]; k, v [n,
  // rows, head, d_head] -> z like q.
  virtual at::Tensor attend(int64_t layer, const at::Tensor& q, const at::Tensor& k,
                            const at::Tensor& v) const = 0;
};

}  // namespace kairo
