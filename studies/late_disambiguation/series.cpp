#include "studies/late_disambiguation/series.h"

namespace kairo::late_disambiguation {
namespace {

SeriesSpec attention_to_z() {
  SeriesSpec spec;
  spec.name = "attention_to_z";
  spec.title = "attention to z";
  spec.definition = "Attention from the predicting position q to z, summed over z, of one head.";
  spec.source = "attention_to_z/attention_to_z";
  spec.units = "probability";
  spec.one_of_many = true;
  spec.axes = "layer, head";
  spec.why_axes = "attention from q alone is timed (probes.attention_to_z.positions=query)";
  return spec;
}

// effect = mean of effect_nats / mean of (LD_clean - LD_corrupt).
SeriesSpec effect(const std::string& site) {
  SeriesSpec spec;
  spec.name = "effect_" + site;
  spec.title = "causal effect on " + site;
  spec.definition =
      "Causal effect of patching one element of " + site +
      ", a ratio of means; undefined until the answer depends on z, so it cannot be timed before.";
  spec.source = "causal_patching/effect/" + site;
  spec.units = "1";
  spec.timing = Timing::kRatio;
  spec.one_of_many = true;
  spec.part = "effect_nats/" + site;
  spec.whole = {"ld_clean", "ld_corrupt"};
  return spec;
}

SeriesSpec gradient_to_z() {
  SeriesSpec spec;
  spec.name = "gradient_to_z";
  spec.title = "gradient share of z";
  spec.definition =
      "Share of the squared gradient of an example's loss at the embedding that falls on z.";
  spec.source = "gradient_flow/selector_share";
  spec.units = "1";
  spec.on_request = true;
  return spec;
}

}  // namespace

std::vector<SeriesSpec> series(const TransitionsOptions& options) {
  std::vector<SeriesSpec> all = {
      {"loss", "first-target loss, fraction removed",
       "1 - first-target loss / its value at the first record.", "performance/first_target_loss",
       "1", Timing::kFallsFromFirst},
      {"accuracy", "accuracy", "Share of target tokens (without EOS) that are the first choice.",
       "performance/accuracy", "probability"},
      {"preference", "preference for a'",
       "Share of examples that, with z replaced by z', prefer z's answer a' to a.",
       "z_shuffle/prefers_other", "probability"},
      attention_to_z()};
  for (const std::string& site : options.sites) all.push_back(effect(site));
  all.push_back({"z_gap", "z gap",
                 "First-target loss with z replaced by another one minus the loss with z.",
                 "z_shuffle/z_gap", "nats", Timing::kUnbounded});
  all.push_back(gradient_to_z());
  return all;
}

}  // namespace kairo::late_disambiguation
