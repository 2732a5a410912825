// Probe `head_scores`: which heads attend as previous-token, duplicate-token and induction heads
// do.
//
// On random sequences of the probe's own: `length` tokens, uniform over the model's vocabulary,
// that stand twice, behind the token with which all of the task's sequences begin, where there is
// one (core/circuits/head_detectors.h). They are no longer than the task's sequences: a model
// has not learned later positions.
//   previous_token, duplicate_token, induction [layer, head]   per sequence: the attention that
//       falls on the kind's pattern, mean over the queries for which the pattern has a key. A
//       share: 1 for a perfect head. It is detection_score's kMul times pos over the number of such
//       queries (each row of attention sums to one).
//   uniform/<kind> []   the same of a head that attends alike to all it sees
// n counts sequences. Left out where attention is bidirectional: the patterns look back only.
// Checked while measuring (kNumeric): each row of attention sums to one within 1e-4, and scores of
// the first sequence in the first layer are the means over queries, added up by themselves.
#pragma once

#include "probes/probe.h"

namespace kairo {

struct HeadScoresOptions : Options {
  int64_t n_sequences = 64;
  int64_t length = 0;
  int64_t seed = 0;
  std::vector<Field> fields() override;
};

class HeadScoresProbe : public TransformerProbe {
 public:
  const char* name() const override { return "head_scores"; }
  const char* question() const override {
    return "Which heads look at the previous token, or where it stood before?";
  }
  Options& options() override { return options_; }
  Needs needs() const override {
    Needs needs = TransformerProbe::needs();
    needs.causal = "the patterns of these heads look back only";
    return needs;
  }
  std::string why_left_out(const Dataset& data) const override;
  std::optional<OwnSample> own_sample() const override {
    return OwnSample{options_.n_sequences, options_.seed};
  }
  std::vector<std::string> transformer_notes(const ProbeInputs& inputs,
                                             const TransformerOptions&) const override;
  // kUsage where `length` does not fit the model's n_ctx.
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  HeadScoresOptions options_;
};

}  // namespace kairo
