// What a model's logits say about the targets: the one definition of loss, first-target loss,
// accuracy and exact match, for training's evaluation and the probes. Plain arrays; no LibTorch.
//
// Per example, over the positions target.begin-1 … target.end-1, which predict the target's tokens
// and EOS:
//   loss               mean over these positions of -log softmax(logits)[label], nats
//   first_target_loss  the same at the first of them (q), nats
//   accuracy           share of the target's tokens, without EOS, whose logit is the largest
//   exact_match        1 where all of these are, else 0
// Equal largest logits count as wrong unless the label is the lowest of them; logits that are not
// finite give a loss that is not finite.
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

// Logits [example, target length + 1, width]. The width is the model's d_vocab, which may be larger
// than the task's vocabulary.
struct TargetLogits {
  const float* values = nullptr;
  int64_t width = 0;
};

// `logits` in the order of `examples`. Sums are in double. kShape if the width is less than the
// task's vocabulary.
std::vector<TargetMeasures> measure_targets(const Dataset& data,
                                            const std::vector<int64_t>& examples,
                                            const TargetLogits& logits);

}  // namespace kairo
