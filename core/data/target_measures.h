// What a model's logits say about the answers: the one definition of loss, first-target loss,
// accuracy and exact match, for training's evaluation and the probes. Plain arrays; no LibTorch.
//
// Per example, over the positions that have a label:
//   loss               mean over these positions of -log softmax(logits)[label], nats
//   first_target_loss  the same at the first of them (q), nats
//   accuracy           share of the answer's tokens whose logit is the largest: of the labels
//   inside
//                      the span "target" (which leaves out what ends it), or of all without one
//   exact_match        1 if all of these are, else 0
// Equal largest logits count as wrong unless the label is the lowest of them; logits that are not
// finite give a loss that is not finite. Without a label all four are NaN.
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/dataset.h"

namespace kairo {

struct TargetMeasures {
  double loss = 0;
  double first_target_loss = 0;
  double accuracy = 0;
  double exact_match = 0;
};

// Logits [row, position, width] at labelled_positions of a batch. The width is the model's d_vocab,
// which may be larger than the task's vocabulary.
struct TargetLogits {
  const float* values = nullptr;
  int64_t width = 0;
};

// One per row of `batch`, whose rows are `examples` of `data`. Sums are in double. kShape if the
// width is less than the task's vocabulary.
std::vector<TargetMeasures> measure_targets(const Dataset& data,
                                            const std::vector<int64_t>& examples,
                                            const Batch& batch, const TargetLogits& logits);

}  // namespace kairo
