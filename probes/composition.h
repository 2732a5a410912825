// Probe `composition`: how much of what one head writes each later head's queries, keys and values
// read, against random matrices.
//
//   score = |L R| / (|L| |R|), L = OV of the first head, R = QK (q), QK^T (k) or OV (v) of a head
//   of a later layer, Frobenius norms (core/circuits/circuits.h; Elhage et al. 2021,
//   TransformerLens).
// Quantities, for C in {q, k, v}:
//   C_composition [first_layer, first_head, second_layer, second_head]   the score; undefined (NaN)
//                                          where the second head is not in a later layer
//   C_mean_excess, C_largest_excess []     mean and largest over all pairs, minus `baseline`. The
//                                          largest of many random pairs is above 0 too: see it
//                                          beside its value at the start
//   baseline []             mean score of pairs of Gaussian factors of these shapes, with its
//                           standard error over baseline_samples seeded pairs (n)
//   baseline_deviation []   standard deviation of one such pair
// All but the baseline are exact: n is 0 and there is no standard error. Weights are taken as they
// stand: a norm's gain counts only where probes.processing.fold_ln has folded it in.
// Checked while measuring (kNumeric): weights are finite, scores are at most 1, and those of one
// pair equal |L R| of the whole matrices.
// Thread rule: the baseline is drawn once and then shared by the threads that measure.
#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "core/circuits/circuits.h"
#include "probes/probe.h"

namespace kairo {

struct CompositionOptions : Options {
  int64_t baseline_samples = 200;
  int64_t baseline_seed = 0;
  std::vector<Field> fields() override;
};

class CompositionProbe : public TransformerProbe {
 public:
  const char* name() const override { return "composition"; }
  const char* question() const override { return "Which heads read what earlier heads write?"; }
  Options& options() override { return options_; }
  Needs needs() const override {
    Needs needs = TransformerProbe::needs();
    needs.parameters.push_back({"blocks.1.attn.W_Q", "one layer: no later head to compose with"});
    return needs;
  }
  std::optional<OwnSample> own_sample() const override { return OwnSample{}; }
  std::vector<std::string> transformer_notes(const ProbeInputs& inputs,
                                             const TransformerOptions&) const override;
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  RandomComposition baseline(const TransformerOptions& model) const;

  CompositionOptions options_;
  mutable std::mutex mutex_;
  mutable std::map<std::pair<int64_t, int64_t>, RandomComposition>
      baselines_;  // by d_model, d_head
};

}  // namespace kairo
