#include "probes/direct_attribution.h"

#include <ATen/ATen.h>

#include <limits>

#include "core/circuits/attribution.h"
#include "core/circuits/decomposition.h"
#include "core/model/cached_run.h"
#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo {
namespace {

// float32 logits, one operation order or another.
constexpr double kSumTolerance = 1e-4;

// What is added up to the logit at q, [n] each but for heads [n, layer, head] and mlp [n, layer].
struct Parts {
  at::Tensor whole;  // from the model's own logits
  at::Tensor heads;
  at::Tensor mlp;  // undefined without MLPs
  at::Tensor embedding;
  at::Tensor biases;
};

// Everything that a decomposition at position q reads.
CachedRun run_at_query(const Transformer& model, const at::Tensor& tokens, int64_t query) {
  CacheOptions options;
  options.patterns = {"hook_embed", "blocks.*.attn.hook_z"};
  const TransformerOptions& words = model.options();
  if (words.positional_embedding_type == PositionalEmbedding::kStandard) {
    options.patterns.emplace_back("hook_pos_embed");
  }
  if (!words.attn_only) options.patterns.emplace_back("blocks.*.hook_mlp_out");
  if (words.normalization_type != Normalization::kNone) {
    options.patterns.emplace_back("ln_final.hook_scale");
  }
  options.part.positions = {query};
  options.forward.positions = {query};
  return run_with_cache(model, tokens, options);
}

// logits [n, d_vocab] -> [n], as the attributions are of.
at::Tensor answer_above(const at::Tensor& logits, const at::Tensor& answer,
                        const at::Tensor& other) {
  const at::Tensor own = logits.gather(1, answer.unsqueeze(1)).squeeze(1);
  if (!other.defined()) return own - logits.mean(1);
  return own - logits.gather(1, other.unsqueeze(1)).squeeze(1);
}

Parts parts_of(const Transformer& model, const at::Tensor& tokens, int64_t query,
               const at::Tensor& answer, const at::Tensor& other) {
  const CachedRun run = run_at_query(model, tokens, query);
  FullDecompositionOptions whole;
  whole.expand_neurons = false;
  whole.positions = Positions::one(0);
  const ResidualStack stack = get_full_resid_decomposition(model, run.cache, whole);
  LogitAttrOptions against;
  against.incorrect_tokens = other;
  against.against_mean = !other.defined();
  const Attribution found = logit_attrs(model, run.cache, stack, answer, against);
  const at::Tensor values = found.values.to(at::kDouble);  // [component, n]

  Parts parts;
  const int64_t layers = model.options().n_layers, heads = model.options().n_heads;
  parts.heads = values.narrow(0, 0, layers * heads).t().reshape({-1, layers, heads});
  int64_t next = layers * heads;
  if (!model.options().attn_only) {
    parts.mlp = values.narrow(0, next, layers).t();
    next += layers;
  }
  parts.embedding = at::zeros_like(values[0]);
  parts.biases = at::zeros_like(values[0]);
  for (; next < values.size(0); ++next) {
    const std::string& label = found.labels[static_cast<std::size_t>(next)];
    (label == "embed" || label == "pos_embed" ? parts.embedding : parts.biases) += values[next];
  }
  parts.whole = answer_above(run.logits.select(1, 0).to(at::kDouble), answer, other);
  check_agreement("direct_attribution", "the parts add up to the model's logits", values.sum(0),
                  parts.whole, kSumTolerance);
  return parts;
}

// Of all examples; each part by its chunks.
struct AllParts {
  std::vector<at::Tensor> whole, heads, mlp, embedding, biases;

  void add(const Parts& parts) {
    whole.push_back(parts.whole);
    heads.push_back(parts.heads);
    if (parts.mlp.defined()) mlp.push_back(parts.mlp);
    embedding.push_back(parts.embedding);
    biases.push_back(parts.biases);
  }
};

}  // namespace

std::vector<std::string> DirectAttributionProbe::transformer_notes(
    const ProbeInputs& inputs, const TransformerOptions&) const {
  if (inputs.has_counterparts()) return {};
  return {
      "Attributions are of the answer's logit minus the mean of all logits: no other answer is "
      "known to hold it against."};
}

std::vector<Quantity> DirectAttributionProbe::measure_transformer(const Transformer& model,
                                                                  const ProbeInputs& inputs) const {
  const bool has_other = inputs.has_counterparts();
  AllParts all;
  for (const Chunk& chunk : chunks(inputs.n())) {
    // An unknown a' reads token 0; these rows become NaN in the end.
    const at::Tensor other = has_other ? chunk.of(inputs.other_answer).clamp_min(0) : at::Tensor();
    all.add(
        parts_of(model, chunk.of(inputs.inputs), inputs.query(), chunk.of(inputs.answer), other));
  }
  const auto quantity = [&](const QuantityText& text, const std::vector<Axis>& axes,
                            const std::vector<at::Tensor>& values) {
    at::Tensor joined = at::cat(values);
    if (has_other) {
      std::vector<int64_t> shape(static_cast<std::size_t>(joined.dim()), 1);
      shape[0] = joined.size(0);
      joined = joined.masked_fill(inputs.is_pair.logical_not().view(shape),
                                  std::numeric_limits<double>::quiet_NaN());
    }
    return per_example(text, axes, joined);
  };
  const std::string of = has_other ? "logit a - logit a' at q" : "logit a - mean logit at q";
  const Axis layer = counted_axis("layer", model.options().n_layers);
  const Axis head = counted_axis("head", model.options().n_heads);
  std::vector<Quantity> quantities = {
      quantity({has_other ? "logit_difference" : "logit_above_mean", of, "nats"}, {}, all.whole),
      quantity({"attribution/heads", "part of " + of + " that the head's z W_O adds", "nats"},
               {layer, head}, all.heads),
      quantity({"attribution/embedding", "part of " + of + " that token and position embedding add",
                "nats"},
               {}, all.embedding),
      quantity({"attribution/biases",
                "part of " + of + " that all b_O, ln_final's bias and b_U add", "nats"},
               {}, all.biases),
  };
  if (!all.mlp.empty()) {
    quantities.insert(
        quantities.begin() + 2,
        quantity({"attribution/mlp", "part of " + of + " that the MLP's output adds", "nats"},
                 {layer}, all.mlp));
  }
  return quantities;
}

}  // namespace kairo
