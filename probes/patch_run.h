// One run as a patching sweep needs it: what stands at every site, up to the last position that q
// can see.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/fields.h"
#include "core/model/transformer.h"

namespace kairo {

// Where an activation is put from one run into another. kZ is a head's z at all positions at once.
enum class PatchSite { kResidPre, kAttnOut, kMlpOut, kZ, kZByPos };
const Names<PatchSite>& patch_site_names();
const std::string& name_of(PatchSite site);

struct PatchRun {
  std::vector<at::Tensor>
      residual;  // [n_layers + 1] of [n, pos, d_model]: entering block l; last: leaving
  std::vector<at::Tensor> attn_out;  // [n_layers] of [n, pos, d_model]
  std::vector<at::Tensor> mlp_out;   // the same; empty in attn_only models
  std::vector<at::Tensor> z;         // [n_layers] of [n, pos, head, d_head]
  at::Tensor logits;                 // [n, d_vocab] at q

  int64_t n_layers() const { return static_cast<int64_t>(attn_out.size()); }
  // What stands at a site of a layer: [n, pos, …].
  const at::Tensor& at_site(PatchSite site, int64_t layer) const;
};

// tokens [n, pos] int64. Of a causal model only positions 0 … query are run: later ones cannot
// change them.
PatchRun record_run(const Transformer& model, const at::Tensor& tokens, int64_t query);

}  // namespace kairo
