#include "studies/late_disambiguation/probes/attention_to_z.h"

#include <ATen/ATen.h>

#include "probes/quantities.h"
#include "probes/self_check.h"

namespace kairo::late_disambiguation {
namespace {

const Names<AttentionPositions> kPositionsNames = {{AttentionPositions::kQuery, "query"},
                                                   {AttentionPositions::kTargets, "targets"}};

std::vector<int64_t> looking_positions(const ProbeInputs& inputs, AttentionPositions positions) {
  if (positions == AttentionPositions::kQuery) return {inputs.query()};
  const Span target = inputs.target();
  std::vector<int64_t> all;
  for (int64_t pos = target.begin; pos < target.end; ++pos) all.push_back(pos - 1);
  return all;
}

// [n, layer, head, positions]
at::Tensor attention_to_span(const Transformer& model, const at::Tensor& tokens,
                             const std::vector<int64_t>& positions, const Span& span) {
  std::vector<at::Tensor> layers;
  const at::Tensor rows = index_of(positions, tokens);
  Hooks hooks;
  hooks.observe("blocks.*.attn.hook_pattern", [&](const at::Tensor& value, const HookPoint& point) {
    const at::Tensor pattern = value.index_select(2, rows);
    check_attention_rows("attention_to_z, " + point.name, pattern);
    layers.push_back(pattern.narrow(3, span.begin, span.size()).sum(3));
  });
  LayerOptions forward;
  forward.stop_at_layer = model.options().n_layers;
  model.forward_layers(tokens, hooks, forward);
  return at::stack(layers, 1);
}

}  // namespace

std::vector<Field> AttentionToZOptions::fields() {
  return {
      {"positions", positions, kPositionsNames,
       "query: where the first target token is predicted; targets: all that predict one."},
  };
}

std::vector<Quantity> AttentionToZProbe::measure_transformer(const Transformer& model,
                                                             const ProbeInputs& inputs) const {
  const Span span = *fixed_span(inputs.dataset(), "selector");
  const std::vector<int64_t> positions = looking_positions(inputs, options_.positions);
  std::vector<at::Tensor> parts;
  for (const Chunk& chunk : chunks(inputs.n())) {
    parts.push_back(attention_to_span(model, chunk.of(inputs.inputs), positions, span));
  }
  at::Tensor attention = at::cat(parts);

  const bool causal = model.options().attention_dir == AttentionDir::kCausal;
  std::vector<double> uniform;
  for (const int64_t pos : positions) {
    uniform.push_back(static_cast<double>(span.size()) /
                      static_cast<double>(causal ? pos + 1 : inputs.inputs.size(1)));
  }
  std::vector<Axis> axes = {counted_axis("layer", model.options().n_layers),
                            counted_axis("head", model.options().n_heads)};
  std::vector<Axis> uniform_axes;
  if (options_.positions == AttentionPositions::kQuery) {
    attention = attention.squeeze(3);
  } else {
    axes.push_back({"pos", positions});
    uniform_axes.push_back({"pos", positions});
  }
  return {per_example({"attention_to_z",
                       "attention from the predicting position to the z span, summed over the span",
                       "probability", Timing::kShare},
                      axes, attention),
          constant({"uniform", "the same if attention were uniform over what can be looked at",
                    "probability"},
                   uniform_axes, uniform, inputs.n())};
}

}  // namespace kairo::late_disambiguation
