// A patching sweep: the logit difference at q for many patches of a donor run into a recipient run,
// planned rather than looped.
//
//  - A patch whose donor and recipient agree to the bit at every patched position is the
//  recipient's run.
//    So is one of the last block's attn_out, mlp_out or z at other positions than q, which reach
//    nothing.
//  - Every other patch is a change of the residual entering some block: resid_pre at its own block,
//  the
//    others at the next one. A head's z changes attn_out by (z_donor - z_recipient) W_O[head];
//    attn_out needs the block's MLP at the patched position alone.
//  - Causal models: patches entering one block run together, each only from its first changed
//  position on
//    (branches.h). Bidirectional: whole sequences, several patches a batch. Only q is finished.
// The same numbers as one full forward pass with hooks for each patch (float32 1e-5, float64
// 1e-12).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/model/transformer.h"
#include "probes/patch_run.h"

namespace kairo {

struct Patch {
  PatchSite site = PatchSite::kResidPre;
  int64_t layer = 0;
  int64_t head = -1;               // of kZ and kZByPos
  std::vector<int64_t> positions;  // ascending, within the run
};

struct Contrast {
  at::Tensor answer;  // [n] int64: a
  at::Tensor other;   // [n] int64: a'
  // logit a - logit a': logits [n, d_vocab] -> [n], in double.
  at::Tensor of(const at::Tensor& logits) const;
};

struct SweepInputs {
  const Transformer& model;
  const PatchRun& recipient;
  const PatchRun& donor;
  Contrast contrast;
  int64_t query = 0;
};

// [n, patch] double. Throws kNumeric where a run with nothing patched is not the recipient's.
at::Tensor run_patches(const SweepInputs& sweep, const std::vector<Patch>& patches);

}  // namespace kairo
