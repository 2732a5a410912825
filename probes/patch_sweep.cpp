#include "probes/patch_sweep.h"

#include <torch/torch.h>

#include <algorithm>
#include <map>

#include "core/kernels/matmul.h"
#include "hooks/error.h"
#include "probes/branches.h"
#include "probes/probe_inputs.h"

namespace kairo {
namespace {

// Rows of a pass over single positions, and tokens of one over whole sequences.
constexpr int64_t kRowsAtOnce = 4096;
constexpr double kUnpatchedTolerance = 1e-5;

// A patch as a change of the residual that enters `layer`.
struct Change {
  std::size_t patch = 0;  // its column in the result
  int64_t layer = 0;
  std::vector<int64_t> positions;  // where the residual is changed, ascending
  at::Tensor values;               // [n, positions, d_model]
};

at::Tensor index_of(const std::vector<int64_t>& positions) {
  return at::tensor(positions, at::kLong);
}

// Positions (of the patch's) where donor and recipient differ in any bit.
std::vector<int64_t> differing(const SweepInputs& sweep, const Patch& patch) {
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

// The changes that need a run; `values` are still to be made.
std::vector<Change> plan(const SweepInputs& sweep, const std::vector<Patch>& patches) {
  std::vector<Change> changes;
  const int64_t n_layers = sweep.recipient.n_layers();
  for (std::size_t i = 0; i < patches.size(); ++i) {
    Change change;
    change.patch = i;
    change.layer = patches[i].layer + (patches[i].site == PatchSite::kResidPre ? 0 : 1);
    change.positions = differing(sweep, patches[i]);
    if (change.layer == n_layers) {
      const bool reaches_q =
          std::count(change.positions.begin(), change.positions.end(), sweep.query) > 0;
      change.positions.assign(reaches_q ? 1 : 0, sweep.query);
    }
    if (!change.positions.empty()) changes.push_back(change);
  }
  return changes;
}

// attn_out of the patched run at the changed positions: [n, positions, d_model].
at::Tensor patched_attn_out(const SweepInputs& sweep, const Patch& patch,
                            const std::vector<int64_t>& positions) {
  const at::Tensor index = index_of(positions);
  if (patch.site == PatchSite::kAttnOut) {
    return sweep.donor.attn_out[patch.layer].index_select(1, index);
  }
  const auto z_of = [&](const PatchRun& run) {
    return run.z[patch.layer].select(2, patch.head).index_select(1, index);
  };
  const FlatParameters& parameters = sweep.model.parameters();
  const std::string name = "blocks." + std::to_string(patch.layer) + ".attn.W_O";
  const at::Tensor weight = parameters.view(name).of(parameters.values())[patch.head];
  const at::Tensor before = sweep.recipient.attn_out[patch.layer].index_select(1, index);
  const at::Tensor moved = z_of(sweep.donor) - z_of(sweep.recipient);
  return before + kairo::matmul(moved.reshape({-1, moved.size(2)}), weight).view(before.sizes());
}

// What leaves a block where attn_out is given: a position by itself, since after attention a block
// acts on each position alone. resid_pre, attn_out [rows, d_model] -> [rows, d_model].
at::Tensor leave_block(const Transformer& model, int64_t layer, const at::Tensor& resid_pre,
                       const at::Tensor& attn_out) {
  std::vector<at::Tensor> parts;
  for (const Chunk& chunk : chunks(resid_pre.size(0), kRowsAtOnce)) {
    Hooks hooks;
    hooks.edit("blocks." + std::to_string(layer) + ".hook_attn_out",
               [&](const at::Tensor&, const HookPoint&) -> std::optional<at::Tensor> {
                 return chunk.of(attn_out).unsqueeze(1);
               });
    ForwardOptions forward;
    forward.start_at_layer = layer;
    forward.stop_at_layer = layer + 1;
    parts.push_back(
        model.forward_from(chunk.of(resid_pre).unsqueeze(1), hooks, forward).squeeze(1));
  }
  return at::cat(parts);
}

bool is_of_attention(PatchSite site) {
  return site == PatchSite::kAttnOut || site == PatchSite::kZ || site == PatchSite::kZByPos;
}

void make_residual_values(const SweepInputs& sweep, const Patch& patch, Change& change) {
  const at::Tensor index = index_of(change.positions);
  const auto at_positions = [&](const at::Tensor& x) { return x.index_select(1, index); };
  if (patch.site == PatchSite::kResidPre) {
    change.values = at_positions(sweep.donor.residual[patch.layer]);
    return;
  }
  // The order in which a block adds.
  change.values = at_positions(sweep.recipient.residual[patch.layer]) +
                  at_positions(sweep.recipient.attn_out[patch.layer]) +
                  at_positions(sweep.donor.mlp_out[patch.layer]);
}

// Attention's patches of one block go through its MLP together.
void make_attention_values(const SweepInputs& sweep, const std::vector<Patch>& patches,
                           int64_t layer, std::vector<Change>& changes) {
  std::vector<at::Tensor> resid_pre, attn_out;
  std::vector<Change*> chosen;
  for (Change& change : changes) {
    const Patch& patch = patches[change.patch];
    if (!is_of_attention(patch.site) || patch.layer != layer) continue;
    chosen.push_back(&change);
    resid_pre.push_back(
        sweep.recipient.residual[layer].index_select(1, index_of(change.positions)));
    attn_out.push_back(patched_attn_out(sweep, patch, change.positions));
  }
  if (chosen.empty()) return;
  const at::Tensor before = at::cat(resid_pre, 1);
  const int64_t d_model = before.size(2);
  const at::Tensor after = leave_block(sweep.model, layer, before.reshape({-1, d_model}),
                                       at::cat(attn_out, 1).reshape({-1, d_model}))
                               .view(before.sizes());
  int64_t at = 0;
  for (Change* change : chosen) {
    const int64_t n_positions = static_cast<int64_t>(change->positions.size());
    change->values = after.narrow(1, at, n_positions);
    at += n_positions;
  }
}

void make_values(const SweepInputs& sweep, const std::vector<Patch>& patches,
                 std::vector<Change>& changes) {
  for (Change& change : changes) {
    const Patch& patch = patches[change.patch];
    if (!is_of_attention(patch.site)) make_residual_values(sweep, patch, change);
  }
  for (int64_t layer = 0; layer < sweep.recipient.n_layers(); ++layer) {
    make_attention_values(sweep, patches, layer, changes);
  }
}

// The recipient's residual from position `begin` on, with the change in it.
at::Tensor changed_residual(const SweepInputs& sweep, const Change& change, int64_t begin) {
  const at::Tensor& whole = sweep.recipient.residual[change.layer];
  at::Tensor residual = whole.narrow(1, begin, whole.size(1) - begin).clone();
  residual.index_copy_(1, index_of(change.positions) - begin, change.values);
  return residual;
}

void check_unpatched(const SweepInputs& sweep, int64_t layer, const at::Tensor& logits) {
  const at::Tensor& expected = sweep.recipient.logits;
  const double scale = std::max(1.0, expected.abs().max().item<double>());
  const double off = (logits - expected).abs().max().item<double>() / scale;
  if (off <= kUnpatchedTolerance) return;  // false for NaN too
  throw Error(ErrorKind::kNumeric,
              {"causal_patching, patches entering block " + std::to_string(layer),
               "a run with nothing patched to equal the unpatched run within 1e-5",
               "a relative difference of " + std::to_string(off),
               "look for NaN or huge weights in the checkpoint"});
}

using Group = std::vector<const Change*>;  // of one layer

// Logits at q of each change: [n, d_vocab] in the group's order.
std::vector<at::Tensor> run_causal(const SweepInputs& sweep, int64_t layer, const Group& group) {
  std::vector<Branch> branches;
  for (const Change* change : group) {
    const int64_t begin = change->positions.front();
    branches.push_back({begin, changed_residual(sweep, *change, begin)});
  }
  const BranchedLogits run =
      run_branches(sweep.model, layer, sweep.recipient.residual[layer], branches);
  check_unpatched(sweep, layer, run.trunk);
  std::vector<at::Tensor> logits;
  for (const at::Tensor& each : run.branches) logits.push_back(each.select(1, each.size(1) - 1));
  return logits;
}

std::vector<at::Tensor> run_whole(const SweepInputs& sweep, int64_t layer, const Group& group) {
  const at::Tensor& unpatched = sweep.recipient.residual[layer];
  const int64_t n = unpatched.size(0);
  const int64_t at_once = std::max<int64_t>(1, kRowsAtOnce / (n * unpatched.size(1)));
  ForwardOptions forward;
  forward.start_at_layer = layer;
  forward.positions = {sweep.query};
  const auto finish = [&](const at::Tensor& residual) {
    return sweep.model.forward_from(residual, {}, forward).squeeze(1);
  };
  check_unpatched(sweep, layer, finish(unpatched));
  std::vector<at::Tensor> logits;
  for (const Chunk& chunk : chunks(static_cast<int64_t>(group.size()), at_once)) {
    std::vector<at::Tensor> residuals;
    for (int64_t i = chunk.begin; i < chunk.end; ++i) {
      residuals.push_back(changed_residual(sweep, *group[i], 0));
    }
    for (const at::Tensor& each : finish(at::cat(residuals)).split(n)) logits.push_back(each);
  }
  return logits;
}

std::vector<at::Tensor> run_group(const SweepInputs& sweep, int64_t layer, const Group& group) {
  if (layer < sweep.recipient.n_layers()) {
    const bool causal = sweep.model.options().attention_dir == AttentionDir::kCausal;
    return causal ? run_causal(sweep, layer, group) : run_whole(sweep, layer, group);
  }
  std::vector<at::Tensor> logits;
  for (const Change* change : group)
    logits.push_back(sweep.model.unembed(change->values.select(1, 0)));
  return logits;
}

}  // namespace

at::Tensor Contrast::of(const at::Tensor& logits) const {
  const at::Tensor wide = logits.to(at::kDouble);
  return (wide.gather(1, answer.unsqueeze(1)) - wide.gather(1, other.unsqueeze(1))).squeeze(1);
}

at::Tensor run_patches(const SweepInputs& sweep, const std::vector<Patch>& patches) {
  std::vector<Change> changes = plan(sweep, patches);
  make_values(sweep, patches, changes);
  const at::Tensor unpatched = sweep.contrast.of(sweep.recipient.logits);
  at::Tensor result = unpatched.unsqueeze(1).repeat({1, static_cast<int64_t>(patches.size())});
  std::map<int64_t, Group> by_layer;
  for (const Change& change : changes) by_layer[change.layer].push_back(&change);
  for (const auto& [layer, group] : by_layer) {
    const std::vector<at::Tensor> logits = run_group(sweep, layer, group);
    for (std::size_t i = 0; i < group.size(); ++i) {
      result.select(1, static_cast<int64_t>(group[i]->patch)).copy_(sweep.contrast.of(logits[i]));
    }
  }
  return result;
}

}  // namespace kairo
