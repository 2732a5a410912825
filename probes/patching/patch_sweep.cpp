#include "probes/patching/patch_sweep.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>

#include "probes/patching/branches.h"
#include "probes/patching/patch_change.h"
#include "probes/probe_inputs.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

// Tokens of a pass over whole sequences.
constexpr int64_t kPatchTokensAtOnce = 4096;
constexpr double kUnpatchedTolerance = 1e-5;

// The recipient's residual from position `begin` on, with the change in it.
at::Tensor changed_residual(const SweepInputs& sweep, const Change& change, int64_t begin) {
  const at::Tensor& whole = sweep.recipient.residual[change.layer];
  at::Tensor residual = whole.narrow(1, begin, whole.size(1) - begin).clone();
  residual.index_copy_(1, index_of(change.positions, whole) - begin, change.values);
  return residual;
}

void check_unpatched(const SweepInputs& sweep, int64_t layer, const at::Tensor& logits) {
  check_agreement("patches entering block " + std::to_string(layer),
                  "a run with nothing patched equals the unpatched run within 1e-5", logits,
                  sweep.recipient.logits, kUnpatchedTolerance);
}

using Group = std::vector<const Change*>;  // of one layer

// Logits at q of each change: [n, d_vocab] in the group's order. A branch in which nothing is
// patched goes along, to be checked.
std::vector<at::Tensor> run_causal(const SweepInputs& sweep, int64_t layer, const Group& group) {
  const PatchRun& recipient = sweep.recipient;
  const at::Tensor unpatched = recipient.residual[layer].narrow(1, sweep.query, 1);
  std::vector<Branch> branches = {{sweep.query, unpatched}};
  for (const Change* change : group) {
    const int64_t begin = change->positions.front();
    branches.push_back({begin, changed_residual(sweep, *change, begin)});
  }
  const std::vector<at::Tensor> ends = run_branches(sweep.model, layer, {recipient.k, recipient.v},
                                                    branches, BranchEnd::kLastPosition);
  check_unpatched(sweep, layer, ends.front().squeeze(1));
  std::vector<at::Tensor> logits;
  for (std::size_t i = 1; i < ends.size(); ++i) logits.push_back(ends[i].squeeze(1));
  return logits;
}

std::vector<at::Tensor> run_whole(const SweepInputs& sweep, int64_t layer, const Group& group) {
  const at::Tensor& unpatched = sweep.recipient.residual[layer];
  const int64_t n = unpatched.size(0);
  const int64_t at_once = std::max<int64_t>(1, kPatchTokensAtOnce / (n * unpatched.size(1)));
  LayerOptions forward;
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

// The gradient and the move of one patch, multiplied and summed: [n].
at::Tensor first_order(const SweepInputs& sweep, const PatchRun& gradients, const Patch& patch) {
  const auto of = [&](const PatchRun& run) {
    const at::Tensor at_site = run.at_site(patch.site, patch.layer);
    const at::Tensor at_head = patch.head < 0 ? at_site : at_site.select(2, patch.head);
    return at_head.index_select(1, index_of(patch.positions, at_head)).to(at::kDouble);
  };
  return ((of(sweep.donor) - of(sweep.recipient)) * of(gradients)).flatten(1).sum(1);
}

}  // namespace

PatchMetric logit_difference(const at::Tensor& answer, const at::Tensor& other) {
  return [answer, other](const at::Tensor& logits) {
    const at::Tensor wide = logits.to(at::kDouble);
    return (wide.gather(1, answer.unsqueeze(1)) - wide.gather(1, other.unsqueeze(1))).squeeze(1);
  };
}

at::Tensor run_patches(const SweepInputs& sweep, const std::vector<Patch>& patches) {
  const std::vector<Change> changes = changes_of(sweep, patches);
  const at::Tensor unpatched = sweep.metric(sweep.recipient.logits);
  at::Tensor result = unpatched.unsqueeze(1).repeat({1, static_cast<int64_t>(patches.size())});
  std::map<int64_t, Group> by_layer;
  for (const Change& change : changes) by_layer[change.layer].push_back(&change);
  for (const auto& [layer, group] : by_layer) {
    const std::vector<at::Tensor> logits = run_group(sweep, layer, group);
    for (std::size_t i = 0; i < group.size(); ++i) {
      result.select(1, static_cast<int64_t>(group[i]->patch)).copy_(sweep.metric(logits[i]));
    }
  }
  return result;
}

at::Tensor estimate_patches(const SweepInputs& sweep, const std::vector<Patch>& patches) {
  const PatchRun gradients =
      record_gradients(sweep.model, sweep.recipient, sweep.query,
                       [&](const at::Tensor& logits) { return sweep.metric(logits).sum(); });
  const at::Tensor unpatched = sweep.metric(sweep.recipient.logits);
  std::vector<at::Tensor> columns;
  for (const Patch& patch : patches) {
    if (patch.positions.empty()) {
      columns.push_back(unpatched);
    } else {
      columns.push_back(unpatched + first_order(sweep, gradients, patch));
    }
  }
  return at::stack(columns, 1);
}

}  // namespace kairo
