// Examples of a dataset as tensors, and their loss.
//
// Thread rule: free functions; any thread may call.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/data/dataset.h"
#include "core/model/model.h"

namespace kairo {

// A batch whose labels stand at the positions that have any: the model finishes these alone.
struct LabelledTokens {
  at::Tensor inputs;               // [n, pos] int64
  at::Tensor labels;               // [n, positions] int64, or kNoLabel
  std::vector<int64_t> positions;  // ascending
  bool all_labelled = true;        // no row lacks a label at any of the positions

  // Rows [begin, begin + n).
  LabelledTokens rows(int64_t begin, int64_t n) const;
  LabelledTokens on(at::Device device) const;
};

LabelledTokens labelled_tokens(const Batch& batch);
// From inputs [n, pos] and labels at all positions [n, pos], both int64.
LabelledTokens labelled_tokens(const at::Tensor& inputs, const at::Tensor& labels);

// What the model reads: [n, pos] int64.
at::Tensor inputs_of(const Batch& batch);
at::Tensor inputs_of(const Dataset& data, const std::vector<int64_t>& examples);
// With another value of the replaced part: [alternative, pos] int64.
at::Tensor inputs_of(const Dataset& data, const std::vector<Alternative>& alternatives);

// Labels at all positions, or kNoLabel: [n, pos] int64.
at::Tensor labels_of(const Batch& batch);

// Cross-entropy [n, positions], nats; exactly 0, and without a gradient, where a row has no label.
// `random`: of a training pass.
at::Tensor token_losses(const Model& model, const LabelledTokens& tokens, const Hooks& hooks = {},
                        const PassRandom& random = {});

}  // namespace kairo
