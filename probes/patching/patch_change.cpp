#include "probes/patching/patch_change.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/kernels/matmul.h"
#include "probes/probe_inputs.h"

namespace kairo {
namespace {

// Rows of a pass over single positions.
constexpr int64_t kRowsAtOnce = 4096;

bool model_is_causal(const SweepInputs& sweep) {
  return sweep.model.options().attention_dir == AttentionDir::kCausal;
}

void require_recorded(const SweepInputs& sweep, const Patch& patch) {
  const bool reads_pattern = has_heads(patch.site) && patch.site != PatchSite::kZ;
  const bool has_pattern = sweep.recipient.pattern.at(patch.layer).defined();
  if (sweep.donor.at_site(patch.site, patch.layer).defined() &&
      sweep.recipient.at_site(patch.site, patch.layer).defined() && (!reads_pattern || has_pattern))
    return;
  throw Error(ErrorKind::kUsage)
      .at("patch of " + name_of(patch.site) + " in layer " + std::to_string(patch.layer))
      .fact("the runs did not record it")
      .hint("record inside attention, or leave out a site that the model does not have");
}

// Where attn_out or the residual behind it changes, if the site does at `positions`.
std::vector<int64_t> reached(const SweepInputs& sweep, const Patch& patch,
                             const std::vector<int64_t>& positions) {
  const bool is_key = patch.site == PatchSite::kK || patch.site == PatchSite::kV;
  if (!is_key || positions.empty()) return positions;
  const int64_t first = model_is_causal(sweep) ? positions.front() : 0;
  std::vector<int64_t> all(sweep.recipient.residual.front().size(1) - first);
  std::iota(all.begin(), all.end(), first);
  return all;
}

// One head's attention in the recipient's run, with the patch in it.
class PatchedHead {
 public:
  PatchedHead(const SweepInputs& sweep, const Patch& patch, const std::vector<int64_t>& rows)
      : sweep_(sweep), patch_(patch), rows_(index_of(rows, sweep.recipient.logits)) {}

  // z at the rows: [n, rows, d_head].
  at::Tensor z() const {
    if (patch_.site == PatchSite::kZ) {
      return of(sweep_.donor, PatchSite::kZ).index_select(1, rows_);
    }
    return kairo::matmul(pattern(), value(PatchSite::kV));
  }

 private:
  at::Tensor of(const PatchRun& run, PatchSite site) const {
    return run.at_site(site, patch_.layer).select(2, patch_.head);
  }

  // The recipient's, patched where the patch is of this site: [n, pos, ...].
  at::Tensor value(PatchSite site) const {
    const at::Tensor own = of(sweep_.recipient, site);
    if (site != patch_.site) return own;
    const at::Tensor index = index_of(patch_.positions, own);
    return own.index_copy(1, index, of(sweep_.donor, site).index_select(1, index));
  }

  at::Tensor pattern() const {
    const bool by_scores = patch_.site == PatchSite::kQ || patch_.site == PatchSite::kK;
    if (!by_scores) return value(PatchSite::kPattern).index_select(1, rows_);
    const at::Tensor q = value(PatchSite::kQ).index_select(1, rows_);
    const at::Tensor k = value(PatchSite::kK);
    at::Tensor scores =
        kairo::matmul(q, k.transpose(1, 2)) * (1.0 / std::sqrt(static_cast<double>(k.size(2))));
    if (model_is_causal(sweep_)) {
      const at::Tensor keys = at::arange(k.size(1), rows_.options());
      scores = scores.masked_fill(keys.unsqueeze(0) > rows_.unsqueeze(1),
                                  -std::numeric_limits<double>::infinity());
    }
    return at::softmax(scores, -1);
  }

  const SweepInputs& sweep_;
  const Patch& patch_;
  at::Tensor rows_;
};

// attn_out of the patched run at `positions`: [n, positions, d_model].
at::Tensor patched_attn_out(const SweepInputs& sweep, const Patch& patch,
                            const std::vector<int64_t>& positions) {
  const at::Tensor index = index_of(positions, sweep.recipient.logits);
  if (patch.site == PatchSite::kAttnOut) {
    return sweep.donor.attn_out[patch.layer].index_select(1, index);
  }
  const FlatParameters& parameters = sweep.model.parameters();
  const std::string name = "blocks." + std::to_string(patch.layer) + ".attn.W_O";
  const at::Tensor weight = parameters.view(name).of(parameters.values())[patch.head];
  const at::Tensor before = sweep.recipient.attn_out[patch.layer].index_select(1, index);
  const at::Tensor unpatched =
      sweep.recipient.z[patch.layer].select(2, patch.head).index_select(1, index);
  const at::Tensor moved = PatchedHead(sweep, patch, positions).z() - unpatched;
  return before + kairo::matmul(moved.reshape({-1, moved.size(2)}), weight).view(before.sizes());
}

// What leaves a block where the value of one of its points is given: a position by itself, since
// after attention a block acts on each position alone. resid_pre, value [rows, d_model] -> the
// same.
at::Tensor leave_block(const Transformer& model, const std::string& point, int64_t layer,
                       const at::Tensor& resid_pre, const at::Tensor& value) {
  std::vector<at::Tensor> parts;
  for (const Chunk& chunk : chunks(resid_pre.size(0), kRowsAtOnce)) {
    Hooks hooks;
    hooks.edit(point, [&](const at::Tensor&, const HookPoint&) -> std::optional<at::Tensor> {
      return chunk.of(value).unsqueeze(1);
    });
    LayerOptions forward;
    forward.start_at_layer = layer;
    forward.stop_at_layer = layer + 1;
    parts.push_back(
        model.forward_from(chunk.of(resid_pre).unsqueeze(1), hooks, forward).squeeze(1));
  }
  return at::cat(parts);
}

// Patches of one block that are felt at one of its points go through the rest of it together.
void leave_block_together(const SweepInputs& sweep, const std::vector<Patch>& patches,
                          PatchSite point, const std::vector<Change*>& chosen) {
  if (chosen.empty()) return;
  const int64_t layer = patches[chosen.front()->patch].layer;
  std::vector<at::Tensor> resid_pre, values;
  for (const Change* change : chosen) {
    const at::Tensor index = index_of(change->positions, sweep.recipient.logits);
    const Patch& patch = patches[change->patch];
    resid_pre.push_back(sweep.recipient.residual[layer].index_select(1, index));
    values.push_back(point == PatchSite::kResidMid
                         ? sweep.donor.resid_mid[layer].index_select(1, index)
                         : patched_attn_out(sweep, patch, change->positions));
  }
  const at::Tensor before = at::cat(resid_pre, 1);
  const int64_t d_model = before.size(2);
  const at::Tensor after =
      leave_block(sweep.model, hook_name(point, layer, sweep.model.options()), layer,
                  before.reshape({-1, d_model}), at::cat(values, 1).reshape({-1, d_model}))
          .view(before.sizes());
  int64_t at = 0;
  for (Change* change : chosen) {
    const auto n_positions = static_cast<int64_t>(change->positions.size());
    change->values = after.narrow(1, at, n_positions);
    at += n_positions;
  }
}

// Sites that need no more than a sum.
void add_up(const SweepInputs& sweep, const Patch& patch, Change& change) {
  const at::Tensor index = index_of(change.positions, sweep.recipient.logits);
  const auto at_positions = [&](const at::Tensor& x) { return x.index_select(1, index); };
  if (patch.site == PatchSite::kResidPre) {
    change.values = at_positions(sweep.donor.residual[patch.layer]);
    return;
  }
  // mlp_out, in the order in which a block adds.
  change.values = at_positions(sweep.recipient.residual[patch.layer]) +
                  at_positions(sweep.recipient.attn_out[patch.layer]) +
                  at_positions(sweep.donor.mlp_out[patch.layer]);
}

// The changes that need a run; `values` are still to be made.
std::vector<Change> plan(const SweepInputs& sweep, const std::vector<Patch>& patches) {
  std::vector<Change> changes;
  const int64_t n_layers = sweep.recipient.n_layers();
  for (std::size_t i = 0; i < patches.size(); ++i) {
    const Patch& patch = patches[i];
    require_recorded(sweep, patch);
    Change change;
    change.patch = i;
    change.layer = patch.layer + (patch.site == PatchSite::kResidPre ? 0 : 1);
    change.positions = reached(sweep, patch, differing_positions(sweep, patch));
    if (change.layer == n_layers) {
      const bool reaches_q =
          std::count(change.positions.begin(), change.positions.end(), sweep.query) > 0;
      change.positions.assign(reaches_q ? 1 : 0, sweep.query);
    }
    if (!change.positions.empty()) changes.push_back(change);
  }
  return changes;
}

}  // namespace

std::vector<int64_t> differing_positions(const SweepInputs& sweep, const Patch& patch) {
  at::Tensor from = sweep.donor.at_site(patch.site, patch.layer);
  at::Tensor to = sweep.recipient.at_site(patch.site, patch.layer);
  if (patch.head >= 0) {
    from = from.select(2, patch.head);
    to = to.select(2, patch.head);
  }
  std::vector<int64_t> positions;
  for (const int64_t pos : patch.positions) {
    if (!at::equal(from.select(1, pos), to.select(1, pos))) positions.push_back(pos);
  }
  return positions;
}

std::vector<Change> changes_of(const SweepInputs& sweep, const std::vector<Patch>& patches) {
  std::vector<Change> changes = plan(sweep, patches);
  for (int64_t layer = 0; layer < sweep.recipient.n_layers(); ++layer) {
    std::vector<Change*> at_attn_out, at_resid_mid;
    for (Change& change : changes) {
      const Patch& patch = patches[change.patch];
      if (patch.layer != layer) continue;
      if (patch.site == PatchSite::kResidPre || patch.site == PatchSite::kMlpOut) {
        add_up(sweep, patch, change);
      } else if (patch.site == PatchSite::kResidMid) {
        at_resid_mid.push_back(&change);
      } else {
        at_attn_out.push_back(&change);
      }
    }
    leave_block_together(sweep, patches, PatchSite::kAttnOut, at_attn_out);
    leave_block_together(sweep, patches, PatchSite::kResidMid, at_resid_mid);
  }
  return changes;
}

}  // namespace kairo
