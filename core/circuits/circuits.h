// The circuits of attention heads and how heads of different layers compose. Source: Elhage et al.,
// "A Mathematical Framework for Transformer Circuits" (2021); names, layout and scores are
// TransformerLens's (HookedTransformer.QK, OV, all_composition_scores).
//
//   QK = W_Q W_K^T   OV = W_V W_O     [layer, head, d_model, d_model], rank d_head; vectors are
//   rows: x OV is what a head writes for x, x QK y^T its score (times sqrt(d_head)).
//
//   score(first, second) = |L R| / (|L| |R|), Frobenius norms, L = OV of the first head and
//   R = QK (Q-composition), QK^T (K-composition) or OV (V-composition) of the second.
//
// Scores lie in [0, 1]. Their size means nothing alone: for random L and R of these shapes the mean
// square is 1/d_model whatever the rank (R's column space points anywhere: E|LR|^2 =
// |L|^2|R|^2/d_model), so look at a score beside random_composition.
// Weights are taken as they stand: with a norm that has a gain, fold it first
// (core/circuits/processing.h). Biases and rotary turns are no part of a circuit.
// Thread rule: read only.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/circuits/factored_matrix.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

FactoredMatrix qk_circuits(const Transformer& model);  // [layer, head, d_model, d_model]
FactoredMatrix ov_circuits(const Transformer& model);

enum class Composition { kQ, kK, kV };

// [layer, head, layer, head] in the model's dtype: first head, then second; 0 where the second does
// not stand in a later layer, NaN where a circuit is zero.
at::Tensor composition_scores(const Transformer& model, Composition composition);

struct RandomComposition {
  double mean = 0;
  double standard_deviation = 0;  // of one pair's score, sample deviation
};

struct RandomCompositionOptions {
  int64_t samples = 200;
  uint64_t seed = 0;
};

// The score of L = A B and R = C D with entries N(0, 1), A and C [d_model, d_head], B and D
// [d_head, d_model]: the same shapes for all three compositions. The same on every machine but for
// rounding. kUsage for fewer than 2 samples or sizes below 1.
RandomComposition random_composition(int64_t d_model, int64_t d_head,
                                     const RandomCompositionOptions& options);

}  // namespace kairo
