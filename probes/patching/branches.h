// Many continuations of one run at the price of their own positions: branches leave the run (the
// trunk) at some position and are packed into one sequence [branch | branch | …].
//
// A branch's token at position p sees the trunk's keys and values before the branch begins and the
// branch's own up to p; the trunk is not run again. It is the model's own forward pass with a row
// layout (core/model/transformer/row_layout.h). Causal models only: there, no earlier position
// depends on a later one. Numbers equal those of one full pass a branch up to rounding.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/model/transformer/transformer.h"

namespace kairo {

struct Branch {
  int64_t begin = 0;    // position of its first row, at most the trunk's length
  at::Tensor residual;  // [n, length, d_model], entering `layer`
};

// Which of a branch's positions are finished.
enum class BranchEnd { kLastPosition, kEveryPosition };

// Keys (after rotation) and values of the trunk, by layer: [n, pos, head, d_head].
struct Trunk {
  const std::vector<at::Tensor>& k;
  const std::vector<at::Tensor>& v;
};

// Logits [n, 1 or length, d_vocab] of each branch, entering `layer` (0 … n_layers-1).
std::vector<at::Tensor> run_branches(const Transformer& model, int64_t layer, const Trunk& trunk,
                                     const std::vector<Branch>& branches, BranchEnd end);

}  // namespace kairo
