// The matrix products of one pass through a model, from its words alone: what a run will cost
// (training/cost.h) and the floor that its time is held against (bench/floor.h).
//
// As the fast path does them: q, k and v in one product; the last block's work after its keys and
// values, and the unembedding, at the finished positions alone. Thread rule: free functions.
#pragma once

#include <cstdint>
#include <vector>

#include "core/config/transformer_options.h"
#include "core/model/families.h"

namespace kairo {

struct MatrixProduct {
  int64_t m = 0, k = 0, n = 0;    // [m, k] @ [k, n]
  bool left_transposed = false;   // the left operand lies in memory as [k, m]
  bool right_transposed = false;  // the right one as [n, k]
  int64_t count = 1;

  double flop() const;  // 2·m·k·n·count
};

struct PassProducts {
  std::vector<MatrixProduct> linear;  // by weights
  // Of scores and mixed values: with every key, and with those that a row may see.
  double attention_flop = 0;
  double visible_attention_flop = 0;
};

PassProducts forward_products(const TransformerOptions& model, const PassShape& shape);

// The two of backward for each of forward: x' = y' W^T and W' = x^T y'.
std::vector<MatrixProduct> backward_products(const std::vector<MatrixProduct>& forward);

double flop_of(const std::vector<MatrixProduct>& products);

}  // namespace kairo
