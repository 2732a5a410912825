// What a patch does to the residual stream: a change of the residual entering some block.
//
// resid_pre enters its own block; every other site is felt at the entry of the next one. A head's
// q, k, v, z or pattern changes attn_out by (z' - z) W_O[head], where z' follows from the patched
// part alone; attn_out and resid_mid need the block's MLP, at the changed positions only. Causal:
// q, z and pattern change their own positions; k and v all positions from the first patched one on.
//
// Example: three layers; donor and recipient are equal before position s; q is after s. Of these
// patches three need a run, and none of them a whole pass:
//   resid_pre of layer 1 at s-1   donor and recipient agree there: left out
//   resid_pre of layer 1 at s     the residual entering layer 1 changes at s
//   k of a head of layer 0 at s   the queries from s to q read that key: attn_out changes at all of
//                                 them, and through the MLP the residual entering layer 1
//   mlp_out of layer 2 at s       felt by ln_final at s, not at q: left out
//   mlp_out of layer 2 at q       the residual entering ln_final ("layer 3") changes at q
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "probes/patching/patch.h"

namespace kairo {

struct Change {
  std::size_t patch = 0;           // which one
  int64_t layer = 0;               // whose entering residual is changed; n_layers: ln_final's
  std::vector<int64_t> positions;  // where, ascending
  at::Tensor values;               // [n, positions, d_model], what stands there instead
};

// The changes that need a run; patches that change nothing q can see are left out.
std::vector<Change> changes_of(const SweepInputs& sweep, const std::vector<Patch>& patches);

// Positions among the patch's where donor and recipient differ in any bit.
std::vector<int64_t> differing_positions(const SweepInputs& sweep, const Patch& patch);

}  // namespace kairo
