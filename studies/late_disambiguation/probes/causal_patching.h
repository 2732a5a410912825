// Probe `causal_patching`: where in the model the selector's value is carried to the answer (Vig et
// al., "Causal mediation analysis", 2020; Wang et al., arXiv:2211.00593).
//
// A pair is (B, z), the clean run, and (B, z'), the corrupt one, z' another selector; a and a' are
// their first target tokens. LD = logit a - logit a' at q. Noising puts the corrupt run's
// activation into the clean run, effect = (LD_clean - LD_patched) / (LD_clean - LD_corrupt);
// denoising is the reverse, (LD_patched - LD_corrupt) / (LD_clean - LD_corrupt). Pairs with a = a'
// are left out and counted.
//
// Quantities (logit differences in nats; per example, NaN where it is no pair, unless said
// otherwise):
//   ld_clean, ld_corrupt  []
//   ld_patched/<table>    resid_pre, resid_mid, attn_out, mlp_out [layer, pos]; a head's z, q, k, v
//                         or pattern row at every position at once [layer, head], z_by_pos and the
//                         like [layer, head, pos]; resid_pre_all_pos and the like [layer]
//   effect_nats/<table>   the numerator of the effect
//   effect/<table>        ratio of means with a paired bootstrap error; no per-example values; NaN
//                         where the denominator is within two standard errors of zero
//   attribution_nats/<table>, attribution_error_nats/<table>  with attribution=true: the
//                         first-order estimate of effect_nats and its error (estimate -
//                         effect_nats)
//   z_dependence          [] p(a | B, z) - p(a | B, z'), over all examples
//   n_pairs, n_pairs_left_out  [] counts
// control=other_base adds other_base/{ld_patched,effect_nats,effect}/<table>: the donor is (B', z),
// the same z behind another base, put in at the z span alone (z: at the whole span at once). Where
// the answer under z' is not known (az_to_b) only z_dependence is there.
// Checked while measuring (kNumeric): nothing patched is the unpatched run; in a causal model a
// position before z has no effect.
#pragma once

#include "probes/patching/patch_run.h"
#include "probes/probe.h"

namespace kairo::late_disambiguation {

enum class PatchDirection { kNoising, kDenoising };
enum class PatchControl { kNone, kOtherBase };

struct CausalPatchingOptions : Options {
  PatchDirection direction = PatchDirection::kNoising;
  PatchControl control = PatchControl::kNone;
  std::vector<std::string> sites = {"resid_pre", "attn_out", "mlp_out", "z", "z_by_pos"};
  std::vector<int64_t> positions;  // of the axis pos; empty: all that q can see
  bool attribution = false;        // also the first-order estimate of every patch
  int64_t bootstrap_samples = 200;
  std::vector<Field> fields() override;
};

class CausalPatchingProbe : public TransformerProbe {
 public:
  const char* name() const override { return "causal_patching"; }
  const char* question() const override { return "Where is z's value carried to the answer?"; }
  Options& options() override { return options_; }
  std::string why_left_out(const Dataset& data) const override { return why_no_alternatives(data); }
  std::vector<std::string> transformer_notes(const ProbeInputs& inputs,
                                             const TransformerOptions& model) const override;
  // kConfig where a position of the options is no position of the data.
  void check_options(const Dataset& data) const override;
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  CausalPatchingOptions options_;
};

}  // namespace kairo::late_disambiguation
