#include "analysis/events.h"

#include <spdlog/fmt/fmt.h>

namespace kairo {
namespace {

Event z_gap(const TransitionsOptions& options) {
  Event event;
  event.name = "z_gap";
  event.title = fmt::format("z gap > {:g} nats", options.z_gap_nats);
  event.claim = "the model began to use z";
  event.subject = "Onset of z use";
  event.definition = fmt::format(
      "First-target loss with every selector z replaced by another one, minus the loss with its "
      "own, "
      "is above {:g} nats.",
      options.z_gap_nats);
  event.series = "z_shuffle/z_gap";
  event.units = "nats";
  event.side = Side::kAbove;
  event.threshold = options.z_gap_nats;
  return event;
}

Event loss_below_log_k(const TransitionsOptions& options, double ambiguity_nats) {
  Event event;
  event.name = "first_target_loss_log_k";
  event.title = fmt::format("first-target loss < {:g} log K", options.loss_fraction_of_log_k);
  event.claim = "the model resolved the ambiguity of the first target token";
  event.subject = "Resolution of the ambiguity";
  event.threshold = options.loss_fraction_of_log_k * ambiguity_nats;
  event.definition = fmt::format(
      "Loss on the first target token is below {:g} log K = {:.4g} nats (log K = {:.4g}).",
      options.loss_fraction_of_log_k, event.threshold, ambiguity_nats);
  event.series = "performance/first_target_loss";
  event.units = "nats";
  event.side = Side::kBelow;
  return event;
}

Event loss_below_first(const TransitionsOptions& options) {
  Event event;
  event.name = "first_target_loss_first";
  event.title = fmt::format("first-target loss < {:g} of first", options.loss_fraction_of_first);
  event.claim = "the model learnt the first target token";
  event.subject = "Learning of the first target token";
  event.definition =
      fmt::format("Loss on the first target token is below {:g} of its value at the first record.",
                  options.loss_fraction_of_first);
  event.series = "performance/first_target_loss";
  event.units = "nats";
  event.side = Side::kBelow;
  event.threshold = options.loss_fraction_of_first;
  event.relative_to_first = true;
  return event;
}

Event accuracy_above(const TransitionsOptions& options) {
  Event event;
  event.name = "accuracy";
  event.title = fmt::format("accuracy > {:g}", options.accuracy);
  event.claim = "the model predicted the target tokens";
  event.subject = "Prediction of the target tokens";
  event.definition = fmt::format(
      "Share of target tokens (without EOS) that are the model's first choice is above {:g}.",
      options.accuracy);
  event.series = "performance/accuracy";
  event.units = "probability";
  event.side = Side::kAbove;
  event.threshold = options.accuracy;
  return event;
}

}  // namespace

std::vector<Event> named_events(const RunData& run) {
  std::vector<Event> events = {z_gap(run.transitions)};
  if (run.ambiguity_nats > 0) {
    events.push_back(loss_below_log_k(run.transitions, run.ambiguity_nats));
  }
  events.push_back(loss_below_first(run.transitions));
  events.push_back(accuracy_above(run.transitions));
  return events;
}

}  // namespace kairo
