#include "studies/late_disambiguation/probes/causal_patching.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "probes/patching/pair_quantities.h"
#include "studies/late_disambiguation/probes/pair_sweep.h"

namespace kairo::late_disambiguation {
namespace {

const Names<PatchDirection> kDirectionNames = {{PatchDirection::kNoising, "noising"},
                                               {PatchDirection::kDenoising, "denoising"}};
const Names<PatchControl> kControlNames = {{PatchControl::kNone, "none"},
                                           {PatchControl::kOtherBase, "other_base"}};

// Turns logit differences into quantities.
class PatchQuantities : public PairQuantities {
 public:
  PatchQuantities(const CausalPatchingOptions& options, const ProbeInputs& inputs,
                  const PairDifferences& differences)
      : PairQuantities(inputs, options.bootstrap_samples),
        noising_(options.direction == PatchDirection::kNoising),
        differences_(differences) {}

  // The three quantities of each table.
  void add_sites(const std::string& prefix, const PatchGrid& grid, const at::Tensor& patched,
                 std::vector<Quantity>& to) const {
    const std::string run = noising_ ? "clean" : "corrupt";
    const std::string donor =
        prefix.empty() ? (noising_ ? "the corrupt run's " : "the clean run's ") : "another base's ";
    const at::Tensor moved = noising_ ? differences_.clean.unsqueeze(1) - patched
                                      : patched - differences_.corrupt.unsqueeze(1);
    for (const SiteGrid& site : grid.tables) {
      const std::string name = site.table.name();
      const std::string what = donor + name + " put into the " + run + " run";
      const std::string nats = noising_ ? "LD_clean - LD_patched" : "LD_patched - LD_corrupt";
      to.push_back(
          of_pairs({prefix + "ld_patched/" + name, "logit a - logit a' at q with " + what, "nats"},
                   site.axes, site.of(patched)));
      to.push_back(of_pairs({prefix + "effect_nats/" + name, nats + ", " + what, "nats"}, site.axes,
                            site.of(moved)));
      to.push_back(derived(
          {prefix + "effect/" + name,
           "mean(" + nats + ") / mean(LD_clean - LD_corrupt), " + what +
               "; NaN where the denominator is within two standard errors of 0",
           "1"},
          site.axes,
          effect(moved.narrow(1, site.first, site.size), differences_.clean - differences_.corrupt),
          n_pairs()));
    }
  }

  // What attribution patching says of each patch, and how far off it is.
  void add_estimates(const PatchGrid& grid, std::vector<Quantity>& to) const {
    const at::Tensor unpatched =
        (noising_ ? differences_.clean : differences_.corrupt).unsqueeze(1);
    const double sign = noising_ ? -1 : 1;
    const at::Tensor moved = sign * (differences_.estimated - unpatched);
    const at::Tensor off = sign * (differences_.estimated - differences_.patched);
    for (const SiteGrid& site : grid.tables) {
      const std::string name = site.table.name();
      to.push_back(of_pairs(
          {"attribution_nats/" + name,
           "first-order estimate of effect_nats/" + name + " (attribution patching)", "nats"},
          site.axes, site.of(moved)));
      to.push_back(of_pairs({"attribution_error_nats/" + name,
                             "attribution_nats/" + name + " - effect_nats/" + name, "nats"},
                            site.axes, site.of(off)));
    }
  }

 private:
  bool noising_;
  const PairDifferences& differences_;
};

}  // namespace

std::vector<Field> CausalPatchingOptions::fields() {
  return {
      {"direction", direction, kDirectionNames,
       "noising: the corrupt run's activation into the clean run; denoising: the reverse."},
      {"control", control, kControlNames,
       "other_base: also put in the same z from behind another base."},
      {"sites", sites, patch_table_names(),
       "Where activations are patched: by position, or (z, q, k, v, pattern and *_all_pos) at all "
       "positions at once."},
      {"positions",
       positions,
       {0, 1 << 20},
       "Positions patched one by one; empty: all that the predicting position can see."},
      {"attribution", attribution,
       "Also the first-order estimate of every patch from one backward pass, and its error."},
      {"bootstrap_samples",
       bootstrap_samples,
       {2, 100000},
       "Resamplings of the examples behind the error of an effect."},
  };
}

void CausalPatchingProbe::check_options(const Dataset& data) const {
  for (const int64_t position : options_.positions) {
    if (position < data.info().n_pos) continue;
    throw Error(ErrorKind::kConfig)
        .at("probes.causal_patching.positions")
        .expected("0 to " + std::to_string(data.info().n_pos - 1))
        .came(std::to_string(position))
        .hint("these are the positions of the data");
  }
}

std::vector<std::string> CausalPatchingProbe::transformer_notes(
    const ProbeInputs& inputs, const TransformerOptions& model) const {
  std::vector<std::string> notes;
  if (!inputs.has_counterparts()) {
    notes.push_back("Effects are left out: with another selector there is no other answer.");
    return notes;
  }
  for (const PatchTable& table : patch_tables()) {
    const bool asked = std::count(options_.sites.begin(), options_.sites.end(), table.name()) > 0;
    if (!asked || exists_in(model, table.site)) continue;
    notes.push_back(table.name() + " is left out: the model has no such place.");
  }
  const std::vector<int64_t> others = draw_other_bases(inputs.dataset(), inputs);
  const bool control = options_.control == PatchControl::kOtherBase;
  if (control && std::count(others.begin(), others.end(), -1) > 0) {
    notes.push_back("other_base is left out: some selector stands behind one base only.");
  }
  return notes;
}

std::vector<Quantity> CausalPatchingProbe::measure_transformer(const Transformer& model,
                                                               const ProbeInputs& inputs) const {
  const PairSweep sweep(options_, model, inputs);
  const PairDifferences differences = sweep.run();
  const PatchQuantities make(options_, inputs, differences);
  std::vector<Quantity> quantities;
  if (inputs.has_counterparts()) {
    quantities.push_back(make.of_pairs({"ld_clean", "logit a - logit a' at q of (B, z)", "nats"},
                                       {}, differences.clean));
    quantities.push_back(make.of_pairs({"ld_corrupt", "logit a - logit a' at q of (B, z')", "nats"},
                                       {}, differences.corrupt));
    make.add_sites("", sweep.grid(), differences.patched, quantities);
    if (options_.attribution) make.add_estimates(sweep.grid(), quantities);
    make.add_sites("other_base/", sweep.control_grid(), differences.control, quantities);
    make.add_counts(quantities);
  }
  quantities.push_back(per_example({"z_dependence", "p(a | B, z) - p(a | B, z')", "probability"},
                                   {}, differences.z_dependence));
  return quantities;
}

}  // namespace kairo::late_disambiguation
