// Many continuations of one run at the price of their own positions: a trunk (all positions of one
// run) and branches that leave it at some position, packed into one sequence [trunk | branch |
// branch | …].
//
// A branch's token at position p sees the trunk's positions before the branch begins and the
// branch's own up to p; the trunk sees itself. So the trunk's keys and values are made once for all
// branches. It is the model's own forward pass with a row layout (core/model/row_layout.h). Causal
// models only: there, no earlier position depends on a later one. Numbers equal those of one full
// pass a branch up to rounding.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/model/transformer.h"

namespace kairo {

struct Branch {
  int64_t begin = 0;    // position of its first row, at most the trunk's length
  at::Tensor residual;  // [n, length, d_model], entering `layer`
};

// Which of a branch's positions are finished.
enum class BranchEnd { kLastPosition, kEveryPosition };

struct BranchedLogits {
  at::Tensor trunk;                  // [n, d_vocab], at the trunk's last position
  std::vector<at::Tensor> branches;  // [n, 1 or length, d_vocab] each, in the order given
};

// trunk [n, pos, d_model] entering `layer` (0 … n_layers-1).
BranchedLogits run_branches(const Transformer& model, int64_t layer, const at::Tensor& trunk,
                            const std::vector<Branch>& branches, BranchEnd end);

}  // namespace kairo
