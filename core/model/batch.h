// Examples of a dataset as tensors.
//
// Thread rule: free functions; any thread may call.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/data/dataset.h"

namespace kairo {

// What the model reads for these examples: [example, pos] int64.
at::Tensor inputs_of(const Dataset& data, const std::vector<int64_t>& examples);

// Their labels, kNoLabel where there is no loss: [example, pos] int64.
at::Tensor labels_of(const Dataset& data, const std::vector<int64_t>& examples);

// inputs_of the swaps' examples, each with the other selector's tokens in place of its own:
// [swap, pos] int64.
at::Tensor inputs_of(const Dataset& data, const std::vector<SelectorSwap>& swaps);

// Positions that have a label, ascending. kShape where examples differ in them: all sequences of a
// dataset are of one form, which is what lets the model finish these positions alone.
std::vector<int64_t> loss_positions(const Dataset& data);

}  // namespace kairo
