#include "probes/path_patching.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "probes/patching/pair_quantities.h"
#include "probes/patching/patch_sweep.h"
#include "probes/patching/path_patching.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

constexpr double kPathTolerance = 1e-4;  // float32 logits, one operation order or another

const std::vector<std::pair<std::string, PatchSite>>& receiver_sites() {
  static const std::vector<std::pair<std::string, PatchSite>> sites = {
      {"q", PatchSite::kQ}, {"k", PatchSite::kK}, {"v", PatchSite::kV}};
  return sites;
}

std::vector<std::string> receiver_names() {
  std::vector<std::string> names;
  for (const auto& [name, site] : receiver_sites()) names.push_back(name);
  return names;
}

std::vector<std::string> head_names(const TransformerOptions& model) {
  std::vector<std::string> names;
  for (int64_t layer = 0; layer < model.n_layers; ++layer) {
    for (int64_t head = 0; head < model.n_heads; ++head) {
      names.push_back(std::to_string(layer) + "." + std::to_string(head));
    }
  }
  return names;
}

std::vector<PathSender> all_heads(const TransformerOptions& model) {
  std::vector<PathSender> heads;
  for (int64_t layer = 0; layer < model.n_layers; ++layer) {
    for (int64_t head = 0; head < model.n_heads; ++head) heads.push_back({layer, head});
  }
  return heads;
}

// Whether any example has a counterpart with an answer that is known.
bool has_other_answers(const Dataset& data) {
  for (int64_t example = 0; example < data.info().n_examples; ++example) {
    if (data.alternatives()->draw(example, 0).counterpart >= 0) return true;
  }
  return false;
}

struct PathDifferences {
  at::Tensor clean, corrupt;  // [n]
  at::Tensor to_logits;       // [n, sender]
  at::Tensor to_heads;        // [n, sender, site · receiver]
};

// In the last block nothing but the MLP stands behind a head, so that the other heads' being frozen
// is no difference.
void check_last_block(const SweepInputs& sweep, const at::Tensor& to_logits) {
  const TransformerOptions& model = sweep.model.options();
  std::vector<int64_t> everywhere(sweep.recipient.residual.front().size(1));
  std::iota(everywhere.begin(), everywhere.end(), 0);
  std::vector<Patch> patches;
  for (int64_t head = 0; head < model.n_heads; ++head) {
    patches.push_back({PatchSite::kZ, model.n_layers - 1, head, everywhere});
  }
  const int64_t first = (model.n_layers - 1) * model.n_heads;
  check_agreement("path_patching", "a path of the last block's heads is their patch",
                  to_logits.narrow(1, first, model.n_heads), run_patches(sweep, patches),
                  kPathTolerance);
}

class PathSweep {
 public:
  PathSweep(const PathPatchingOptions& options, const Transformer& model, const ProbeInputs& inputs)
      : options_(options), model_(model), inputs_(inputs), heads_(all_heads(model.options())) {
    for (const auto& [name, site] : receiver_sites()) {
      if (std::count(options.receivers.begin(), options.receivers.end(), name) == 0) continue;
      sites_.push_back(name);
      for (const PathSender& head : heads_) receivers_.push_back({site, head.layer, head.head});
    }
  }

  const std::vector<std::string>& sites() const { return sites_; }
  int64_t n_heads() const { return static_cast<int64_t>(heads_.size()); }

  PathDifferences run() const {
    std::vector<at::Tensor> clean, corrupt, to_logits, to_heads;
    for (const Chunk& chunk : chunks(inputs_.n())) {
      const PathDifferences part = run(chunk);
      clean.push_back(part.clean);
      corrupt.push_back(part.corrupt);
      to_logits.push_back(part.to_logits);
      to_heads.push_back(part.to_heads);
    }
    return {at::cat(clean), at::cat(corrupt), at::cat(to_logits), at::cat(to_heads)};
  }

 private:
  PathDifferences run(const Chunk& chunk) const {
    Recording recording;
    recording.inside_attention = true;
    const int64_t query = inputs_.query();
    const PatchRun clean = record_run(model_, chunk.of(inputs_.inputs), query, recording);
    const PatchRun corrupt = record_run(model_, chunk.of(inputs_.swapped_inputs), query, recording);
    // An unknown a' reads logit 0; these rows become NaN in the end.
    const at::Tensor other = chunk.of(inputs_.other_answer).clamp_min(0);
    const SweepInputs sweep{model_, clean, corrupt,
                            logit_difference(chunk.of(inputs_.answer), other), query};
    const PathMetrics found = run_paths(sweep, heads_, receivers_, {options_.through_mlps});
    if (options_.through_mlps) check_last_block(sweep, found.logits);
    return {sweep.metric(clean.logits), sweep.metric(corrupt.logits), found.logits, found.heads};
  }

  const PathPatchingOptions& options_;
  const Transformer& model_;
  const ProbeInputs& inputs_;
  std::vector<PathSender> heads_;
  std::vector<PathReceiver> receivers_;
  std::vector<std::string> sites_;
};

}  // namespace

std::vector<Field> PathPatchingOptions::fields() {
  return {
      {"receivers", receivers, receiver_names(),
       "Inputs of later heads that paths lead to, beside the logits; empty: the logits alone."},
      {"through_mlps", through_mlps,
       "Let MLPs answer to what the sender changes; false: the residual stream alone."},
      {"bootstrap_samples",
       bootstrap_samples,
       {2, 100000},
       "Resamplings of the examples behind the error of an effect."},
  };
}

std::string PathPatchingProbe::why_left_out(const Dataset& data) const {
  const std::string reason = why_no_alternatives(data);
  if (!reason.empty()) return reason;
  return has_other_answers(data)
             ? ""
             : "with another " + data.alternatives()->part() + " there is no other answer";
}

std::vector<Quantity> PathPatchingProbe::measure_transformer(const Transformer& model,
                                                             const ProbeInputs& inputs) const {
  const PathSweep sweep(options_, model, inputs);
  const PathDifferences found = sweep.run();
  const PairQuantities make(inputs, options_.bootstrap_samples);
  const at::Tensor whole = found.clean - found.corrupt;
  const std::string nan = "; NaN where the denominator is within two standard errors of 0";
  std::vector<Quantity> quantities = {
      make.of_pairs({"ld_clean", "logit a - logit a' at q of (B, z)", "nats"}, {}, found.clean),
      make.of_pairs({"ld_corrupt", "logit a - logit a' at q of (B, z')", "nats"}, {},
                    found.corrupt)};
  const auto add = [&](const std::string& to, const std::vector<Axis>& axes,
                       const at::Tensor& patched) {
    const at::Tensor moved = found.clean.unsqueeze(1) - patched.flatten(1);
    std::vector<int64_t> shape = {moved.size(0)};
    for (const Axis& axis : axes) shape.push_back(static_cast<int64_t>(axis.values.size()));
    const std::string path = ", the head's path to " + to;
    quantities.push_back(make.of_pairs(
        {"effect_nats/" + to, "LD_clean - LD_patched" + path, "nats"}, axes, moved.view(shape)));
    quantities.push_back(
        derived({"effect/" + to,
                 "mean(LD_clean - LD_patched) / mean(LD_clean - LD_corrupt)" + path + nan, "1"},
                axes, make.effect(moved, whole), make.n_pairs()));
  };
  add("logits",
      {counted_axis("layer", model.options().n_layers),
       counted_axis("head", model.options().n_heads)},
      found.to_logits);
  const std::vector<std::string> heads = head_names(model.options());
  for (std::size_t i = 0; i < sweep.sites().size(); ++i) {
    add(sweep.sites()[i], {named_axis("sender", heads), named_axis("receiver", heads)},
        found.to_heads.narrow(2, static_cast<int64_t>(i) * sweep.n_heads(), sweep.n_heads()));
  }
  make.add_counts(quantities);
  return quantities;
}

}  // namespace kairo
