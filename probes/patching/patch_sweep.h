// A patching sweep: a metric of the logits at q for many patches of a donor run into a recipient
// run, planned rather than looped.
//
//  - A patch whose donor and recipient agree to the bit at every patched position is the
//    recipient's run. So is one in the last block that reaches other positions than q alone.
//  - Every other patch is a change of the residual entering some block
//  (probes/patching/patch_change.h).
//  - Causal models: patches entering one block run together, each only from its first changed
//    position on (branches.h). Bidirectional: whole sequences, several patches a batch. Only q is
//    finished.
// The same numbers as one full forward pass with hooks for each patch (float32 1e-5, float64
// 1e-12).
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "probes/patching/patch.h"

namespace kairo {

// [n, patch] double. Both runs must have recorded inside attention where a patch is of q, k, v or
// pattern (kUsage). Throws kNumeric where a run with nothing patched is not the recipient's.
at::Tensor run_patches(const SweepInputs& sweep, const std::vector<Patch>& patches);

// The first-order estimate of the same numbers from one backward pass (attribution patching, Nanda
// 2023): metric(recipient) + (donor - recipient) · d metric / d activation, summed over the patch.
// Exact where everything behind the site is linear. [n, patch] double.
at::Tensor estimate_patches(const SweepInputs& sweep, const std::vector<Patch>& patches);

}  // namespace kairo
