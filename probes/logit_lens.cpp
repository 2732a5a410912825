#include "probes/logit_lens.h"

#include <ATen/ATen.h>

#include <limits>

#include "core/model/batch.h"
#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

// float32 logits, one operation order or another.
constexpr double kOutputTolerance = 1e-4;

const Names<LensPositions> kLensPositions = {{LensPositions::kQuery, "query"},
                                             {LensPositions::kAll, "all"}};

struct Lens {
  at::Tensor logits;  // [n, layer, positions, d_vocab]
  at::Tensor output;  // [n, positions, d_vocab]
};

void check_last_layer(const Lens& lens) {
  const at::Tensor last = lens.logits.select(1, lens.logits.size(1) - 1);
  check_agreement("logit_lens", "the last layer's logits are the model's output", last, lens.output,
                  kOutputTolerance);
}

Lens look(const Transformer& model, const at::Tensor& tokens,
          const std::vector<int64_t>& positions) {
  const at::Tensor rows = index_of(positions, tokens);
  std::vector<at::Tensor> layers;
  const auto keep = [&](const at::Tensor& value, const HookPoint&) {
    layers.push_back(model.unembed(value.index_select(1, rows)));
  };
  Hooks hooks;
  hooks.observe("blocks.*.hook_resid_pre", keep);
  hooks.observe("blocks." + std::to_string(model.options().n_layers - 1) + ".hook_resid_post",
                keep);
  ForwardOptions forward;
  forward.positions = positions;
  Lens lens;
  lens.output = model.forward(tokens, hooks, forward).to(at::kDouble);
  lens.logits = at::stack(layers, 1).to(at::kDouble);
  check_last_layer(lens);
  return lens;
}

struct LensValues {  // [n, layer, positions]
  at::Tensor log_probability;
  at::Tensor rank;
  at::Tensor kl;
};

// answers [n, positions]
LensValues lens_values_of(const Lens& lens, const at::Tensor& answers) {
  const at::Tensor log_p = at::log_softmax(lens.logits, -1);
  const at::Tensor index =
      answers.unsqueeze(1).unsqueeze(-1).expand({-1, lens.logits.size(1), -1, 1});
  const at::Tensor answer_logit = lens.logits.gather(-1, index);
  const at::Tensor vocabulary = at::arange(lens.logits.size(-1), index.options());
  const at::Tensor before =
      lens.logits.gt(answer_logit)
          .logical_or(lens.logits.eq(answer_logit).logical_and(vocabulary.lt(index)));
  const at::Tensor model_log_p = at::log_softmax(lens.output, -1).unsqueeze(1);
  LensValues values;
  values.log_probability = log_p.gather(-1, index).squeeze(-1);
  values.rank = before.sum(-1).to(at::kDouble) + 1;
  values.kl = (model_log_p.exp() * (model_log_p - log_p)).sum(-1);
  return values;
}

// Which of the model's tokens begin one of an example's answers: [n, d_vocab] bool.
at::Tensor first_answers(const Choices& choices, const std::vector<int64_t>& examples,
                         int64_t d_vocab) {
  at::Tensor mask = at::zeros({static_cast<int64_t>(examples.size()), d_vocab}, at::kBool);
  auto cells = mask.accessor<bool, 2>();
  for (std::size_t i = 0; i < examples.size(); ++i) {
    for (const std::vector<int32_t>& target : choices.of(examples[i])) {
      cells[static_cast<int64_t>(i)][target.front()] = true;
    }
  }
  return mask;
}

// [n, layer]: P(a) over the beginnings, from logits at q [n, layer, d_vocab].
at::Tensor candidate_probability(const at::Tensor& logits, const at::Tensor& answer,
                                 const at::Tensor& beginnings) {
  const at::Tensor among = logits.masked_fill(beginnings.logical_not().unsqueeze(1),
                                              -std::numeric_limits<double>::infinity());
  const at::Tensor index = answer.view({-1, 1, 1}).expand({-1, logits.size(1), 1});
  return at::softmax(among, -1).gather(-1, index).squeeze(-1);
}

}  // namespace

std::vector<Field> LogitLensOptions::fields() {
  return {
      {"positions", positions, kLensPositions,
       "query: where the first target token is predicted; all: every position with a label."},
  };
}

std::vector<Quantity> LogitLensProbe::measure_transformer(const Transformer& model,
                                                          const ProbeInputs& inputs) const {
  const bool at_query = options_.positions == LensPositions::kQuery;
  const std::vector<int64_t> positions =
      at_query ? std::vector<int64_t>{inputs.query()}
               : labelled_positions(inputs.dataset().batch(inputs.examples));
  const int64_t query =
      std::find(positions.begin(), positions.end(), inputs.query()) - positions.begin();
  const at::Tensor answers = inputs.labels.index_select(1, index_of(positions, inputs.labels));
  const Choices* choices = inputs.dataset().choices();

  std::vector<at::Tensor> log_probability, rank, kl, among;
  for (const Chunk& chunk : chunks(inputs.n())) {
    const Lens lens = look(model, chunk.of(inputs.inputs), positions);
    const LensValues values = lens_values_of(lens, chunk.of(answers));
    log_probability.push_back(values.log_probability);
    rank.push_back(values.rank);
    kl.push_back(values.kl);
    if (choices == nullptr) continue;
    const std::vector<int64_t> examples(inputs.examples.begin() + chunk.begin,
                                        inputs.examples.begin() + chunk.end);
    const at::Tensor beginnings = first_answers(*choices, examples, model.options().d_vocab);
    among.push_back(candidate_probability(lens.logits.select(2, query), chunk.of(inputs.answer),
                                          beginnings.to(inputs.answer.device())));
  }

  const Axis layer = counted_axis("layer", model.options().n_layers + 1);
  std::vector<Axis> axes = {layer};
  if (!at_query) axes.push_back({"pos", positions});
  const auto quantity = [&](const QuantityText& text, const at::Tensor& values) {
    return per_example(text, axes, at_query ? values.squeeze(2) : values);
  };
  const at::Tensor log_p = at::cat(log_probability);
  std::vector<Quantity> quantities = {
      quantity({"probability", "P(a) of unembed(ln_final(residual))", "probability"}, log_p.exp()),
      quantity({"log_probability", "log P(a) of unembed(ln_final(residual))", "nats"}, log_p),
      quantity({"rank", "1 + number of tokens whose lens logit is above a's", "1"}, at::cat(rank)),
  };
  if (choices != nullptr) {
    quantities.push_back(
        per_example({"candidate_probability",
                     "P(a) at q among the base's distinct first target tokens", "probability"},
                    {layer}, at::cat(among)));
  }
  quantities.push_back(
      quantity({"kl", "KL(model's output || lens) over the vocabulary", "nats"}, at::cat(kl)));
  return quantities;
}

}  // namespace kairo
