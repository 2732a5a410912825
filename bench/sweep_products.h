// The products that a patching sweep cannot do without in a causal model: both runs recorded whole,
// and each patch that changes something run on from the first position it changes, in the first
// block it changes, with the last block done at q alone. What a patch costs inside its own block
// (one MLP at the patched position) is left out.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/floor.h"
#include "core/config/transformer_options.h"
#include "probes/patching/patch.h"

namespace kairo {

// Of `n` sequences of positions 0 … query.
ShardProducts recording_products(const TransformerOptions& model, int64_t n, int64_t query);

// Of one sweep, cut into as many parts as the pool has threads.
ProductFloor sweep_floor(const SweepInputs& sweep, const std::vector<Patch>& patches,
                         WorkerPool& pool);
ShardProducts sweep_products(const SweepInputs& sweep, const std::vector<Patch>& patches,
                             int64_t parts);

}  // namespace kairo
