#include "probes/patching/path_patching.h"

#include <ATen/ATen.h>

#include <numeric>

#include "core/base/error.h"
#include "hooks/interventions.h"
#include "probes/patching/patch_sweep.h"

namespace kairo {
namespace {

void check_head(const char* what, int64_t layer, int64_t head, const TransformerOptions& model) {
  if (layer >= 0 && layer < model.n_layers && head >= 0 && head < model.n_heads) return;
  throw Error(ErrorKind::kShape)
      .at(what)
      .expected("a head of this model (" + std::to_string(model.n_layers) + " layers of " +
                std::to_string(model.n_heads) + " heads)")
      .came("layer " + std::to_string(layer) + ", head " + std::to_string(head));
}

void check_receiver(const PathReceiver& receiver, const TransformerOptions& model) {
  check_head("path receiver", receiver.layer, receiver.head, model);
  const PatchSite site = receiver.site;
  if (site == PatchSite::kQ || site == PatchSite::kK || site == PatchSite::kV) return;
  throw Error(ErrorKind::kUsage)
      .at("path receiver")
      .expected("q, k or v of a head")
      .came(name_of(site));
}

// The recipient's run with the sender's z from the donor and all other heads as they were.
PatchRun frozen_run(const SweepInputs& sweep, const PathSender& sender,
                    const PathOptions& options) {
  const TransformerOptions& model = sweep.model.options();
  Recording recording;
  recording.inside_attention = true;
  Where where;
  where.heads = {sender.head};
  recording.hooks.edit(hook_name(PatchSite::kZ, sender.layer, model),
                       patch(sweep.donor.z[sender.layer], where));
  for (int64_t layer = sender.layer; layer < model.n_layers; ++layer) {
    if (layer > sender.layer) {
      recording.hooks.edit(hook_name(PatchSite::kZ, layer, model), patch(sweep.recipient.z[layer]));
    }
    if (!options.through_mlps && exists_in(model, PatchSite::kMlpOut)) {
      recording.hooks.edit(hook_name(PatchSite::kMlpOut, layer, model),
                           patch(sweep.recipient.mlp_out[layer]));
    }
  }
  return record_rest(sweep.model, sweep.recipient, sender.layer, sweep.query, recording);
}

}  // namespace

PathMetrics run_paths(const SweepInputs& sweep, const std::vector<PathSender>& senders,
                      const std::vector<PathReceiver>& receivers, const PathOptions& options) {
  const TransformerOptions& model = sweep.model.options();
  std::vector<int64_t> everywhere(sweep.recipient.residual.front().size(1));
  std::iota(everywhere.begin(), everywhere.end(), 0);
  std::vector<Patch> patches;
  for (const PathReceiver& receiver : receivers) {
    check_receiver(receiver, model);
    patches.push_back({receiver.site, receiver.layer, receiver.head, everywhere});
  }
  std::vector<at::Tensor> heads, logits;
  for (const PathSender& sender : senders) {
    check_head("path sender", sender.layer, sender.head, model);
    const PatchRun frozen = frozen_run(sweep, sender, options);
    heads.push_back(
        run_patches({sweep.model, sweep.recipient, frozen, sweep.metric, sweep.query}, patches));
    logits.push_back(sweep.metric(frozen.logits));
  }
  return {at::stack(heads, 1), at::stack(logits, 1)};
}

}  // namespace kairo
