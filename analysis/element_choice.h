// Series that are one of many, a head or a patched site: chosen on one half of the examples, held
// on the other (see timed_series.h). Thread rule: pure.
#pragma once

#include <string>

#include "analysis/timed_series.h"

namespace kairo {

// Attention from q to z of the head whose attention rises most on the choosing half.
TimedSeries attention_series(const RunData& run);

// The score `kind` ("induction") of the head of head_scores that rises most on the choosing half of
// the random sequences.
TimedSeries head_score_series(const RunData& run, const std::string& kind);

// The element of `site` ("z", "mlp_out") whose causal effect rises most on the choosing half.
// effect = mean of effect_nats / mean of (LD_clean - LD_corrupt), undefined at the steps where the
// record says so.
TimedSeries effect_series(const RunData& run, const std::string& site);

}  // namespace kairo
