#include "studies/late_disambiguation/probes/z_shuffle.h"

#include <ATen/ATen.h>

#include <limits>

#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo::late_disambiguation {
namespace {

constexpr double kShuffleTolerance = 1e-5;

// Logits of one run, [n, d_vocab] in double.
struct ShuffleLogits {
  at::Tensor before_z;  // at the position before z; undefined where the model looks ahead
  at::Tensor at_query;
};

ShuffleLogits run(const Model& model, const at::Tensor& tokens, const ProbeInputs& inputs) {
  const bool causal = model.options().is_causal();
  const int64_t before =
      fixed_span(inputs.dataset(), inputs.dataset().alternatives()->part())->begin - 1;
  ForwardOptions forward;
  if (causal) forward.positions.push_back(before);
  forward.positions.push_back(inputs.query());
  const at::Tensor logits = model.forward(tokens, {}, forward).to(at::kDouble);
  ShuffleLogits result;
  result.at_query = logits.select(1, logits.size(1) - 1);
  if (causal) result.before_z = logits.select(1, 0);
  return result;
}

// Before z the two runs read the same, so they must say the same.
void check_runs(const ShuffleLogits& clean, const ShuffleLogits& swapped) {
  if (clean.before_z.defined()) {
    check_agreement("z_shuffle", "the logits before z are the same whatever z is", swapped.before_z,
                    clean.before_z, kShuffleTolerance);
  }
  for (const ShuffleLogits* each : {&clean, &swapped}) {
    check_agreement("z_shuffle", "logits are finite", each->at_query, each->at_query, 0);
  }
}

at::Tensor prefers_other(const at::Tensor& logits, const ProbeInputs& inputs, const Chunk& chunk) {
  const at::Tensor other = chunk.of(inputs.other_answer).clamp_min(0).unsqueeze(1);
  const at::Tensor own = chunk.of(inputs.answer).unsqueeze(1);
  return logits.gather(1, other)
      .gt(logits.gather(1, own))
      .squeeze(1)
      .to(at::kDouble)
      .masked_fill(chunk.of(inputs.is_pair).logical_not(),
                   std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

std::vector<std::string> ZShuffleProbe::notes(const ProbeInputs& inputs,
                                              const ModelOptions&) const {
  if (inputs.has_counterparts()) return {};
  return {"prefers_other is left out: with another selector there is no other answer."};
}

std::vector<Quantity> ZShuffleProbe::measure(const Model& model, const ProbeInputs& inputs) const {
  std::vector<at::Tensor> clean, shuffled, other;
  for (const Chunk& chunk : chunks(inputs.n())) {
    const at::Tensor answer = chunk.of(inputs.answer);
    const ShuffleLogits own = run(model, chunk.of(inputs.inputs), inputs);
    const ShuffleLogits swapped = run(model, chunk.of(inputs.swapped_inputs), inputs);
    check_runs(own, swapped);
    clean.push_back(-log_probability_of(own.at_query, answer));
    shuffled.push_back(-log_probability_of(swapped.at_query, answer));
    other.push_back(prefers_other(swapped.at_query, inputs, chunk));
  }
  const at::Tensor own_loss = at::cat(clean), shuffled_loss = at::cat(shuffled);
  std::vector<Quantity> quantities = {
      per_example({"first_target_loss", "cross-entropy of the first target token", "nats"}, {},
                  own_loss),
      per_example(
          {"first_target_loss_shuffled", "the same with z replaced by another selector", "nats"},
          {}, shuffled_loss),
      per_example({"z_gap", "first-target loss with another selector minus the clean one", "nats",
                   Timing::kUnbounded},
                  {}, shuffled_loss - own_loss),
  };
  if (inputs.has_counterparts()) {
    quantities.push_back(per_example(
        {"prefers_other",
         "share that, under the other selector, prefers its answer's first token to the own one",
         "probability", Timing::kShare},
        {}, at::cat(other)));
  }
  return quantities;
}

}  // namespace kairo::late_disambiguation
