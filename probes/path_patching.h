// Probe `path_patching`: which head acts on which later head, and on the answer, directly (Wang et
// al., arXiv:2211.00593; probes/patching/path_patching.h).
//
// Pairs and LD as in causal_patching. The sender's z comes from the corrupt run, every other head
// keeps its own; what thereby changes at a receiver's q, k or v (or at the logits) is put into the
// clean run. Per example, NaN where it is no pair, unless said otherwise:
//   ld_clean, ld_corrupt       []
//   effect_nats/logits         [layer, head]       LD_clean - LD_patched of the path to the logits
//   effect/logits              [layer, head]       its mean over the mean of LD_clean - LD_corrupt
//   effect_nats/<q, k or v>    [sender, receiver]  of the path into each later head's q, k or v
//   effect/<q, k or v>         [sender, receiver]  no path leads to a head of the same or an
//                                                  earlier layer: exactly 0
//   n_pairs, n_pairs_left_out  [] counts
// `effect` has a paired bootstrap error, and is NaN where its denominator is within two standard
// errors of zero. With through_mlps=false MLPs keep their outputs too. Checked while measuring
// (kNumeric): the path of a head of the last block to the logits is its ordinary patch.
#pragma once

#include "probes/probe.h"

namespace kairo {

struct PathPatchingOptions : Options {
  std::vector<std::string> receivers = {"q", "k", "v"};
  bool through_mlps = true;
  int64_t bootstrap_samples = 200;
  std::vector<Field> fields() override;
};

class PathPatchingProbe : public TransformerProbe {
 public:
  const char* name() const override { return "path_patching"; }
  const char* question() const override { return "Which head acts on which later head?"; }
  Options& options() override { return options_; }
  std::string why_left_out(const Dataset& data) const override;
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  PathPatchingOptions options_;
};

}  // namespace kairo
