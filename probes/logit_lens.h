// Probe `logit_lens`: what the residual stream already says about the answer after each block
// (nostalgebraist, "interpreting GPT: the logit lens", 2020).
//
// logits of a layer = unembed(ln_final(residual)), ln_final applied to each residual afresh. Axis
// layer 0 … n_layers: 0 is the embedding, i the stream after block i-1. At q, with a the first
// target token:
//   probability            P(a)
//   log_probability        log P(a), nats
//   rank                   1 where a has the largest logit; of equal logits the lower token comes
//   first candidate_probability  P(a) among the base's distinct first target tokens, renormalised
//   over them kl                     KL(model's output || lens), nats
// With positions=all each but candidate_probability (which stays at q) has a last axis pos: every
// position that has a label, and a is the label there. Checked while measuring: the last layer's
// logits are the model's own output (kNumeric).
#pragma once

#include "probes/probe.h"

namespace kairo {

enum class LensPositions { kQuery, kAll };

struct LogitLensOptions : Options {
  LensPositions positions = LensPositions::kQuery;
  std::vector<Field> fields() override;
};

class LogitLensProbe : public TransformerProbe {
 public:
  const char* name() const override { return "logit_lens"; }
  const char* question() const override { return "After which block does the answer stand out?"; }
  Options& options() override { return options_; }
  std::string why_left_out(const Dataset& data) const override { return why_no_answer(data); }
  std::vector<Quantity> measure_transformer(const Transformer& model,
                                            const ProbeInputs& inputs) const override;

 private:
  LogitLensOptions options_;
};

}  // namespace kairo
