#include "studies/late_disambiguation/events.h"

namespace kairo::late_disambiguation {
namespace {

EventSpec z_gap() {
  EventSpec event;
  event.name = "z_gap";
  event.title = "z gap > {threshold:g} nats";
  event.claim = "the model began to use z";
  event.subject = "Onset of z use";
  event.definition =
      "First-target loss with every selector z replaced by another one, minus the loss with its "
      "own, is above {threshold:g} nats.";
  event.series = "z_shuffle/z_gap";
  event.units = "nats";
  event.side = Side::kAbove;
  event.threshold = "z_gap_nats";
  return event;
}

EventSpec loss_below_log_k() {
  EventSpec event;
  event.name = "first_target_loss_log_k";
  event.title = "first-target loss < {threshold:g} log K";
  event.claim = "the model resolved the ambiguity of the first target token";
  event.subject = "Resolution of the ambiguity";
  event.definition =
      "Loss on the first target token is below {threshold:g} log K = {value:.4g} nats "
      "(log K = {ambiguity:.4g}).";
  event.series = "performance/first_target_loss";
  event.units = "nats";
  event.side = Side::kBelow;
  event.threshold = "loss_fraction_of_log_k";
  event.relative_to = RelativeTo::kAmbiguity;
  return event;
}

EventSpec loss_below_first() {
  EventSpec event;
  event.name = "first_target_loss_first";
  event.title = "first-target loss < {threshold:g} of first";
  event.claim = "the model learnt the first target token";
  event.subject = "Learning of the first target token";
  event.definition =
      "Loss on the first target token is below {threshold:g} of its value at the first record.";
  event.series = "performance/first_target_loss";
  event.units = "nats";
  event.side = Side::kBelow;
  event.threshold = "loss_fraction_of_first";
  event.relative_to = RelativeTo::kFirst;
  return event;
}

EventSpec accuracy_above() {
  EventSpec event;
  event.name = "accuracy";
  event.title = "accuracy > {threshold:g}";
  event.claim = "the model predicted the target tokens";
  event.subject = "Prediction of the target tokens";
  event.definition =
      "Share of target tokens (without EOS) that are the model's first choice is above "
      "{threshold:g}.";
  event.series = "performance/accuracy";
  event.units = "probability";
  event.side = Side::kAbove;
  event.threshold = "accuracy";
  return event;
}

}  // namespace

std::vector<EventSpec> events() {
  return {z_gap(), loss_below_log_k(), loss_below_first(), accuracy_above()};
}

std::vector<Threshold> thresholds() {
  constexpr RealRange share = {0, 1};
  return {
      {"z_gap_nats", 0.5, {0, 100}, "Event z_gap: the z gap exceeds this, nats."},
      {"loss_fraction_of_log_k", 0.5, share, "Event: first-target loss below this share of log k."},
      {"loss_fraction_of_first", 0.1, share,
       "Event: first-target loss below this share of its first value."},
      {"accuracy", 0.9, share, "Event accuracy: accuracy exceeds this."},
  };
}

}  // namespace kairo::late_disambiguation
