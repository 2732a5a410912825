// One run as a patching sweep needs it: what stands at every site, up to the last position that q
// can see.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/config/fields.h"
#include "core/model/transformer/transformer.h"

namespace kairo {

// Where an activation is put from one run into another. The sites from kQ on are one head's.
// kPattern is a row of attention weights: its position is the query's. In rotary models q and k are
// taken after rotation, which is the same patch: rotation acts on each position alone.
enum class PatchSite { kResidPre, kResidMid, kAttnOut, kMlpOut, kQ, kK, kV, kZ, kPattern };

const std::string& name_of(PatchSite site);  // "resid_pre"
bool has_heads(PatchSite site);
// q and pattern, which a run records only where asked to; k and v cost nothing more to keep.
bool is_inside_attention(PatchSite site);
// False for mlp_out without an MLP, and for resid_mid where the MLP does not read it.
bool exists_in(const TransformerOptions& model, PatchSite site);
// "blocks.0.attn.hook_z"
std::string hook_name(PatchSite site, int64_t layer, const TransformerOptions& model);

struct PatchRun {
  // Entering block l; the last leaves the model's last block. [n_layers + 1] of [n, pos, d_model]
  std::vector<at::Tensor> residual;
  // What stands at each other site, by layer: [n, pos, d_model]; [n, pos, head, d_head] for q, k, v
  // and z; [n, query_pos, head, key_pos] for pattern. Undefined where it was not recorded.
  std::vector<at::Tensor> resid_mid, attn_out, mlp_out, q, k, v, z, pattern;
  at::Tensor logits;  // [n, d_vocab] at q

  int64_t n_layers() const { return static_cast<int64_t>(attn_out.size()); }
  const at::Tensor& at_site(PatchSite site, int64_t layer) const;
  at::Tensor& at_site(PatchSite site, int64_t layer);
};

struct Recording {
  bool inside_attention = false;  // q and pattern too
  Hooks hooks;                    // of the same pass; they act before a site is recorded
};

// tokens [n, pos] int64. Of a causal model only positions 0 … query are run: later ones cannot
// change them.
PatchRun record_run(const Transformer& model, const at::Tensor& tokens, int64_t query,
                    const Recording& recording = {});

// The run that goes on from `run` at block `layer` under the recording's hooks; sites of earlier
// blocks are `run`'s. Records what `run` has.
PatchRun record_rest(const Transformer& model, const PatchRun& run, int64_t layer, int64_t query,
                     const Recording& recording);

// The gradient of a scalar of the logits at q with respect to every site of `run`, in the same
// places; `logits` is the scalar's own gradient.
using ScalarOfLogits = std::function<at::Tensor(const at::Tensor& logits)>;
PatchRun record_gradients(const Transformer& model, const PatchRun& run, int64_t query,
                          const ScalarOfLogits& scalar);

}  // namespace kairo
