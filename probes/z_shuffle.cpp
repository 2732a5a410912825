#include "probes/z_shuffle.h"

#include <torch/torch.h>

#include <limits>

#include "probes/quantities.h"

namespace kairo {
namespace {

// Logits at q: [n, d_vocab], in double.
at::Tensor logits_at_query(const Transformer& model, const at::Tensor& tokens, int64_t query) {
  ForwardOptions forward;
  forward.positions = {query};
  return model.forward(tokens, {}, forward).squeeze(1).to(at::kDouble);
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

std::vector<Quantity> ZShuffleProbe::measure(const Transformer& model,
                                             const ProbeInputs& inputs) const {
  std::vector<at::Tensor> clean, shuffled, other;
  for (const Chunk& chunk : chunks(inputs.n())) {
    const at::Tensor answer = chunk.of(inputs.answer);
    const at::Tensor logits = logits_at_query(model, chunk.of(inputs.inputs), inputs.query());
    const at::Tensor swapped =
        logits_at_query(model, chunk.of(inputs.swapped_inputs), inputs.query());
    clean.push_back(-log_probability_of(logits, answer));
    shuffled.push_back(-log_probability_of(swapped, answer));
    other.push_back(prefers_other(swapped, inputs, chunk));
  }
  const at::Tensor own_loss = at::cat(clean), shuffled_loss = at::cat(shuffled);
  std::vector<Quantity> quantities = {
      per_example({"first_target_loss", "cross-entropy of the first target token", "nats"}, {},
                  own_loss),
      per_example(
          {"first_target_loss_shuffled", "the same with z replaced by another selector", "nats"},
          {}, shuffled_loss),
      per_example({"z_gap", "first-target loss with another selector minus the clean one", "nats"},
                  {}, shuffled_loss - own_loss),
  };
  if (inputs.has_counterparts()) {
    quantities.push_back(per_example(
        {"prefers_other",
         "share that, under the other selector, prefers its answer's first token to the own one",
         "probability"},
        {}, at::cat(other)));
  }
  return quantities;
}

}  // namespace kairo
