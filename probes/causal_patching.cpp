#include "probes/causal_patching.h"

#include <torch/torch.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/model/batch.h"
#include "hooks/error.h"
#include "probes/effect.h"
#include "probes/patch_grid.h"

namespace kairo {
namespace {

constexpr double kNothingTolerance = 1e-5;
// Streams of probes.seed beside the one of the examples.
constexpr uint64_t kBootstrapStream = 0x626f6f74;
constexpr uint64_t kOtherBaseStream = 0x62617365;

const Names<PatchDirection> kDirectionNames = {{PatchDirection::kNoising, "noising"},
                                               {PatchDirection::kDenoising, "denoising"}};
const Names<PatchControl> kControlNames = {{PatchControl::kNone, "none"},
                                           {PatchControl::kOtherBase, "other_base"}};

std::vector<int64_t> range(int64_t begin, int64_t end) {
  std::vector<int64_t> all(static_cast<std::size_t>(end - begin));
  std::iota(all.begin(), all.end(), begin);
  return all;
}

std::vector<PatchSite> sites_of(const CausalPatchingOptions& options) {
  std::vector<PatchSite> sites;
  for (const auto& [site, name] : patch_site_names()) {
    if (std::count(options.sites.begin(), options.sites.end(), name) > 0) sites.push_back(site);
  }
  return sites;
}

bool is_causal(const ModelOptions& model) { return model.attention_dir == AttentionDir::kCausal; }

GridPositions sweep_positions(const CausalPatchingOptions& options, const Dataset& data,
                              const ModelOptions& model) {
  GridPositions positions;
  positions.n_run = is_causal(model) ? data.first_target_query() + 1 : data.n_pos;
  positions.at_once = range(0, positions.n_run);
  positions.by_position = options.positions.empty() ? positions.at_once : options.positions;
  std::sort(positions.by_position.begin(), positions.by_position.end());
  const auto end = std::unique(positions.by_position.begin(), positions.by_position.end());
  positions.by_position.erase(end, positions.by_position.end());
  if (positions.by_position.back() >= data.n_pos) {
    throw Error(ErrorKind::kConfig,
                {"probes.causal_patching.positions", "0 to " + std::to_string(data.n_pos - 1),
                 std::to_string(positions.by_position.back()), "the data has so many positions"});
  }
  return positions;
}

// For each example one with the same selector behind another base, or -1 where there is none.
std::vector<int64_t> draw_other_bases(const Dataset& data, const ProbeInputs& inputs) {
  std::vector<std::vector<int64_t>> by_selector(data.selectors.size());
  for (int64_t i = 0; i < data.n_examples; ++i) by_selector[data.selector[i]].push_back(i);
  const uint64_t seed = static_cast<uint64_t>(inputs.options.seed) ^ kOtherBaseStream;
  std::vector<int64_t> others;
  for (const int64_t example : inputs.examples) {
    std::vector<int64_t> pool = by_selector[data.selector[example]];
    const auto own_base = [&](int64_t each) { return data.group[each] == data.group[example]; };
    pool.erase(std::remove_if(pool.begin(), pool.end(), own_base), pool.end());
    Random random(seed, static_cast<uint64_t>(example));
    others.push_back(pool.empty() ? -1 : pool[random.below(pool.size())]);
  }
  return others;
}

// Logit differences of all examples; columns of `patched` and `control` as in their grids.
struct Differences {
  at::Tensor clean, corrupt;    // [n]
  at::Tensor patched, control;  // [n, patch]
  at::Tensor z_dependence;      // [n]
};

// One sweep of the probe, over all examples.
class Sweep {
 public:
  Sweep(const CausalPatchingOptions& options, const Transformer& model, const ProbeInputs& inputs)
      : options_(options), model_(model), inputs_(inputs) {
    const Dataset& data = inputs.dataset();
    GridPositions positions = sweep_positions(options, data, model.options());
    const std::vector<PatchSite> sites = sites_of(options);
    if (inputs.has_counterparts()) grid_ = make_grid(sites, model.options(), positions);
    if (options.control == PatchControl::kNone || !inputs.has_counterparts()) return;
    const std::vector<int64_t> others = draw_other_bases(data, inputs);
    if (std::count(others.begin(), others.end(), -1) > 0) return;
    other_base_inputs_ = inputs_of(data, others);
    const Span& span = data.spans.at("selector");
    positions.at_once = positions.by_position = range(span.begin, span.end);
    control_grid_ = make_grid(sites, model.options(), positions);
  }

  const PatchGrid& grid() const { return grid_; }
  const PatchGrid& control_grid() const { return control_grid_; }

  Differences run() const {
    std::vector<at::Tensor> clean, corrupt, patched, control, z_dependence;
    for (const Chunk& chunk : chunks(inputs_.n())) {
      const Differences part = run(chunk);
      clean.push_back(part.clean);
      corrupt.push_back(part.corrupt);
      patched.push_back(part.patched);
      control.push_back(part.control);
      z_dependence.push_back(part.z_dependence);
    }
    return {at::cat(clean), at::cat(corrupt), at::cat(patched), at::cat(control),
            at::cat(z_dependence)};
  }

 private:
  Differences run(const Chunk& chunk) const {
    const int64_t query = inputs_.query();
    const at::Tensor answer = chunk.of(inputs_.answer);
    const PatchRun clean = record_run(model_, chunk.of(inputs_.inputs), query);
    const PatchRun corrupt = record_run(model_, chunk.of(inputs_.swapped_inputs), query);
    const bool noising = options_.direction == PatchDirection::kNoising;
    const PatchRun& recipient = noising ? clean : corrupt;
    const PatchRun& donor = noising ? corrupt : clean;
    // An unknown a' reads logit 0; these rows become NaN in the end.
    const Contrast contrast{answer, chunk.of(inputs_.other_answer).clamp_min(0)};

    Differences result;
    result.z_dependence = log_probability_of(clean.logits, answer).exp() -
                          log_probability_of(corrupt.logits, answer).exp();
    result.clean = contrast.of(clean.logits);
    result.corrupt = contrast.of(corrupt.logits);
    const SweepInputs sweep{model_, recipient, donor, contrast, query};
    result.patched = run_patches(sweep, grid_.patches);
    check_before_selector(result.patched, recipient, contrast);
    if (control_grid_.patches.empty()) {
      result.control = at::empty({chunk.size(), 0}, at::kDouble);
    } else {
      const PatchRun other_base = record_run(model_, chunk.of(other_base_inputs_), query);
      result.control =
          run_patches({model_, recipient, other_base, contrast, query}, control_grid_.patches);
    }
    return result;
  }

  void check_before_selector(const at::Tensor& patched, const PatchRun& recipient,
                             const Contrast& contrast) const {
    if (!is_causal(model_.options())) return;
    const int64_t begin = inputs_.dataset().spans.at("selector").begin;
    const at::Tensor unpatched = contrast.of(recipient.logits);
    const double scale = std::max(1.0, recipient.logits.abs().max().item<double>());
    for (std::size_t i = 0; i < grid_.patches.size(); ++i) {
      const Patch& patch = grid_.patches[i];
      if (patch.positions.empty() || patch.positions.back() >= begin) continue;
      const at::Tensor moved = patched.select(1, static_cast<int64_t>(i)) - unpatched;
      if (moved.abs().max().item<double>() <= kNothingTolerance * scale) continue;
      throw Error(
          ErrorKind::kNumeric,
          {"causal_patching, " + name_of(patch.site) + " of layer " + std::to_string(patch.layer),
           "no effect at position " + std::to_string(patch.positions.back()) +
               ", which stands before z",
           "an effect", "the model looks ahead, or the checkpoint holds NaN"});
    }
  }

  const CausalPatchingOptions& options_;
  const Transformer& model_;
  const ProbeInputs& inputs_;
  PatchGrid grid_, control_grid_;
  at::Tensor other_base_inputs_;  // [n, pos]
};

// Turns logit differences into quantities; rows that are no pair are NaN in all of them.
class PatchQuantities {
 public:
  PatchQuantities(const CausalPatchingOptions& options, const ProbeInputs& inputs,
                  const Differences& differences)
      : noising_(options.direction == PatchDirection::kNoising),
        differences_(differences),
        no_pair_(inputs.is_pair.logical_not()),
        pairs_(inputs.is_pair.nonzero().squeeze(1)) {
    if (pairs_.size(0) == 0) return;
    const Random random(static_cast<uint64_t>(inputs.options.seed), kBootstrapStream);
    counts_ = bootstrap_counts(options.bootstrap_samples, pairs_.size(0), random);
  }

  Quantity of_pairs(const QuantityText& text, const std::vector<Axis>& axes,
                    const at::Tensor& values) const {
    std::vector<int64_t> shape(static_cast<std::size_t>(values.dim()), 1);
    shape[0] = values.size(0);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return per_example(text, axes, values.masked_fill(no_pair_.view(shape), nan));
  }

  // The three quantities of each site.
  void add_sites(const std::string& prefix, const PatchGrid& grid, const at::Tensor& patched,
                 std::vector<Quantity>& to) const {
    const std::string run = noising_ ? "clean" : "corrupt";
    const std::string donor =
        prefix.empty() ? (noising_ ? "the corrupt run's " : "the clean run's ") : "another base's ";
    const at::Tensor moved = noising_ ? differences_.clean.unsqueeze(1) - patched
                                      : patched - differences_.corrupt.unsqueeze(1);
    for (const SiteGrid& site : grid.sites) {
      const std::string& name = name_of(site.site);
      const std::string what = donor + name + " put into the " + run + " run";
      const std::string nats = noising_ ? "LD_clean - LD_patched" : "LD_patched - LD_corrupt";
      to.push_back(
          of_pairs({prefix + "ld_patched/" + name, "logit a - logit a' at q with " + what, "nats"},
                   site.axes, site.of(patched)));
      to.push_back(of_pairs({prefix + "effect_nats/" + name, nats + ", " + what, "nats"}, site.axes,
                            site.of(moved)));
      to.push_back(derived({prefix + "effect/" + name,
                            "mean(" + nats + ") / mean(LD_clean - LD_corrupt), " + what +
                                "; NaN where the denominator is within two standard errors of 0",
                            "1"},
                           site.axes, effect(moved.narrow(1, site.first, site.size)),
                           pairs_.size(0)));
    }
  }

 private:
  Estimate effect(const at::Tensor& moved) const {
    const at::Tensor denominator =
        (differences_.clean - differences_.corrupt).index_select(0, pairs_);
    return ratio_of_means(moved.index_select(0, pairs_), denominator, counts_);
  }

  bool noising_;
  const Differences& differences_;
  at::Tensor no_pair_;  // [n] bool
  at::Tensor pairs_;    // [n_pairs] rows
  at::Tensor counts_;   // [samples, n_pairs]
};

}  // namespace

void CausalPatchingOptions::visit(FieldVisitor& v) {
  std::vector<std::string> names;
  for (const auto& [site, name] : patch_site_names()) names.push_back(name);
  v.choice("direction", direction, kDirectionNames,
           "noising: the corrupt run's activation into the clean run; denoising: the reverse.");
  v.choice("control", control, kControlNames,
           "other_base: also put in the same z from behind another base.");
  v.texts("sites", sites, names, "Where activations are patched.");
  v.integers("positions", positions, {0, 1 << 20},
             "Positions patched one by one; empty: all that the predicting position can see.");
  v.integer("bootstrap_samples", bootstrap_samples, {2, 100000},
            "Resamplings of the examples behind the error of an effect.");
}

std::vector<std::string> CausalPatchingProbe::notes(const ProbeInputs& inputs,
                                                    const ModelOptions& model) const {
  std::vector<std::string> notes;
  if (!inputs.has_counterparts()) {
    notes.push_back("Effects are left out: with another selector there is no other answer.");
    return notes;
  }
  const bool asks_mlp = std::count(options_.sites.begin(), options_.sites.end(), "mlp_out") > 0;
  if (model.attn_only && asks_mlp) notes.push_back("mlp_out is left out: the model has no MLP.");
  const std::vector<int64_t> others = draw_other_bases(inputs.dataset(), inputs);
  const bool control = options_.control == PatchControl::kOtherBase;
  if (control && std::count(others.begin(), others.end(), -1) > 0) {
    notes.push_back("other_base is left out: some selector stands behind one base only.");
  }
  return notes;
}

std::vector<Quantity> CausalPatchingProbe::measure(const Transformer& model,
                                                   const ProbeInputs& inputs) const {
  const Sweep sweep(options_, model, inputs);
  const Differences differences = sweep.run();
  const PatchQuantities make(options_, inputs, differences);
  std::vector<Quantity> quantities;
  if (inputs.has_counterparts()) {
    quantities.push_back(make.of_pairs({"ld_clean", "logit a - logit a' at q of (B, z)", "nats"},
                                       {}, differences.clean));
    quantities.push_back(make.of_pairs({"ld_corrupt", "logit a - logit a' at q of (B, z')", "nats"},
                                       {}, differences.corrupt));
    make.add_sites("", sweep.grid(), differences.patched, quantities);
    make.add_sites("other_base/", sweep.control_grid(), differences.control, quantities);
    const int64_t n_pairs = inputs.is_pair.sum().item<int64_t>();
    quantities.push_back(constant({"n_pairs", "pairs whose first target tokens differ", "1"}, {},
                                  {static_cast<double>(n_pairs)}, inputs.n()));
    quantities.push_back(constant(
        {"n_pairs_left_out", "pairs with equal first target tokens, or without a known a'", "1"},
        {}, {static_cast<double>(inputs.n() - n_pairs)}, inputs.n()));
  }
  quantities.push_back(per_example({"z_dependence", "p(a | B, z) - p(a | B, z')", "probability"},
                                   {}, differences.z_dependence));
  return quantities;
}

}  // namespace kairo
