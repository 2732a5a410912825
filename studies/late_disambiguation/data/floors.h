// Exact floors: the best loss of a predictor that knows the base and not the selector.
//
// Given the base alone every one of its targets is equally likely, so the cross-entropy of the
// first target token is at best the entropy of the targets' first tokens, and the cross-entropies
// of all target tokens together are at best the entropy of the whole targets (chain rule; EOS is
// certain). All floors are means over the groups, in nats, computed from DatasetArrays::choices.
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/memory_dataset.h"

namespace kairo::late_disambiguation {

// -sum p log p of the shares of equal items, nats; 0 for one item or none.
double entropy_of(std::vector<std::vector<int32_t>> items);

// Floor "without_selector" for two quantities:
//   first_target_loss   mean over groups of H(first target token)
//   loss                mean over groups of H(whole target) / (target length + 1), as the loss is a
//   mean
//                       over the target's tokens and EOS: log K / (target length + 1) with K
//                       targets
// Empty if there are no choices.
std::vector<Floor> floors_without_selector(const DatasetArrays& data);

}  // namespace kairo::late_disambiguation
