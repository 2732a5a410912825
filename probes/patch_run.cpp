#include "probes/patch_run.h"

#include <torch/torch.h>

namespace kairo {

const Names<PatchSite>& patch_site_names() {
  static const Names<PatchSite> names = {{PatchSite::kResidPre, "resid_pre"},
                                         {PatchSite::kAttnOut, "attn_out"},
                                         {PatchSite::kMlpOut, "mlp_out"},
                                         {PatchSite::kZ, "z"},
                                         {PatchSite::kZByPos, "z_by_pos"}};
  return names;
}

const std::string& name_of(PatchSite site) {
  return patch_site_names().at(static_cast<std::size_t>(site)).second;
}

const at::Tensor& PatchRun::at_site(PatchSite site, int64_t layer) const {
  switch (site) {
    case PatchSite::kResidPre:
      return residual.at(layer);
    case PatchSite::kAttnOut:
      return attn_out.at(layer);
    case PatchSite::kMlpOut:
      return mlp_out.at(layer);
    case PatchSite::kZ:
    case PatchSite::kZByPos:
      break;
  }
  return z.at(layer);
}

PatchRun record_run(const Transformer& model, const at::Tensor& tokens, int64_t query) {
  const bool causal = model.options().attention_dir == AttentionDir::kCausal;
  PatchRun run;
  Hooks hooks;
  const auto keep = [&hooks](const std::string& pattern, std::vector<at::Tensor>& to) {
    hooks.observe(pattern,
                  [&to](const at::Tensor& value, const HookPoint&) { to.push_back(value); });
  };
  const std::string last = "blocks." + std::to_string(model.options().n_layers - 1);
  keep("blocks.*.hook_resid_pre", run.residual);
  keep(last + ".hook_resid_post", run.residual);
  keep("blocks.*.hook_attn_out", run.attn_out);
  keep("blocks.*.attn.hook_z", run.z);
  if (!model.options().attn_only) keep("blocks.*.hook_mlp_out", run.mlp_out);
  ForwardOptions forward;
  forward.positions = {query};
  const int64_t n_pos = causal ? query + 1 : tokens.size(1);
  run.logits = model.forward(tokens.narrow(1, 0, n_pos), hooks, forward).squeeze(1);
  return run;
}

}  // namespace kairo
