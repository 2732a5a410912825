#include "core/circuits/decomposition.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/circuits/stack_builder.h"
#include "core/model/transformer/norm.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

std::string block(int64_t layer) { return "blocks." + std::to_string(layer) + "."; }

// The norm of a read point with the states' own statistics.
at::Tensor norm_afresh(const Transformer& model, const ReadPoint& point, const at::Tensor& states) {
  const Hooks none;
  return layer_norm(states, {point.norm_name, point.scale, point.normalized, point.norm_layer},
                    model.options(), model.parameters(), TransformerHooks(none, model.points()));
}

void check_has_mid(const TransformerOptions& options) {
  if (!options.attn_only && !options.parallel_attn_mlp) return;
  throw Error(ErrorKind::kUsage)
      .at("accumulated_resid, incl_mid")
      .fact(std::string("the model has no residual between attention and MLP: it is ") +
            (options.attn_only ? "attn_only" : "parallel_attn_mlp"))
      .hint("leave incl_mid out");
}

void add_mlp_outs(StackBuilder& stack, int64_t layers) {
  for (int64_t layer = 0; layer < layers; ++layer) {
    stack.add_cached(std::to_string(layer) + "_mlp_out", block(layer) + "hook_mlp_out");
  }
}

// Sum of all b_O before the read point, and of all b_out if `with_mlp`: [d_model].
at::Tensor accumulated_bias(const Transformer& model, const ReadPoint& point, bool with_mlp) {
  const FlatParameters& parameters = model.parameters();
  at::Tensor bias = at::zeros_like(parameters.leaf("blocks.0.attn.b_O"));
  for (int64_t layer = 0; layer < point.n_attentions; ++layer) {
    bias = bias + parameters.leaf(block(layer) + "attn.b_O");
  }
  if (!with_mlp) return bias;
  for (int64_t layer = 0; layer < point.layer; ++layer) {
    bias = bias + parameters.leaf(block(layer) + "mlp.b_out");
  }
  return bias;
}

}  // namespace

ResidualStack accumulated_resid(const Transformer& model, const ActivationCache& cache,
                                const AccumulatedOptions& options) {
  const char* const name = "accumulated_resid";
  const ReadPoint point = read_point(model.options(), options.layer, options.mlp_input, name);
  if (options.incl_mid) check_has_mid(model.options());
  StackBuilder stack(model, cache, options.positions, name);
  const bool ends_at_mid = point.n_attentions > point.layer;
  for (int64_t layer = 0; layer < point.layer; ++layer) {
    stack.add_cached(std::to_string(layer) + "_pre", block(layer) + "hook_resid_pre");
    if (!options.incl_mid) continue;
    stack.add_cached(std::to_string(layer) + "_mid", block(layer) + "hook_resid_mid");
  }
  const std::string last = std::to_string(point.layer);
  const bool at_the_end = point.layer == model.options().n_layers;
  if (ends_at_mid) stack.add_cached(last + "_pre", block(point.layer) + "hook_resid_pre");
  stack.add_cached(at_the_end ? "final_post" : last + (ends_at_mid ? "_mid" : "_pre"),
                   point.residual_name);
  ResidualStack result = stack.finish(point, ApplyLn::kNo);
  if (options.apply_ln) {
    result.values = norm_afresh(model, point, result.values);
    result.apply_ln = ApplyLn::kExact;
  }
  return result;
}

ResidualStack decompose_resid(const Transformer& model, const ActivationCache& cache,
                              const DecomposeOptions& options) {
  const char* const name = "decompose_resid";
  const ReadPoint point = read_point(model.options(), options.layer, options.mlp_input, name);
  const bool with_attention = options.mode != DecomposeMode::kMlp;
  const bool with_mlp = options.mode != DecomposeMode::kAttn && !model.options().attn_only;
  StackBuilder stack(model, cache, options.positions, name);
  if (options.incl_embeds) stack.add_embeds();
  for (int64_t layer = 0; layer < point.n_attentions; ++layer) {
    const std::string number = std::to_string(layer);
    if (with_attention) stack.add_cached(number + "_attn_out", block(layer) + "hook_attn_out");
    if (!with_mlp || layer == point.layer) continue;
    stack.add_cached(number + "_mlp_out", block(layer) + "hook_mlp_out");
  }
  return stack.finish(point, options.apply_ln);
}

ResidualStack stack_head_results(const Transformer& model, const ActivationCache& cache,
                                 const HeadStackOptions& options) {
  const char* const name = "stack_head_results";
  const ReadPoint point = read_point(model.options(), options.layer, false, name);
  StackBuilder stack(model, cache, options.positions, name);
  for (int64_t layer = 0; layer < point.layer; ++layer) stack.add_heads(layer);
  if (options.incl_remainder) stack.add_remainder(point.residual_name);
  return stack.finish(point, options.apply_ln);
}

ResidualStack get_full_resid_decomposition(const Transformer& model, const ActivationCache& cache,
                                           const FullDecompositionOptions& options) {
  const char* const name = "get_full_resid_decomposition";
  const ReadPoint point = read_point(model.options(), options.layer, options.mlp_input, name);
  const bool with_mlp = !model.options().attn_only;
  StackBuilder stack(model, cache, options.positions, name);
  for (int64_t layer = 0; layer < point.n_attentions; ++layer) stack.add_heads(layer);
  if (with_mlp && options.expand_neurons) {
    for (int64_t layer = 0; layer < point.layer; ++layer) stack.add_neurons(layer, {});
  } else if (with_mlp) {
    add_mlp_outs(stack, point.layer);
  }
  stack.add_embeds();
  const at::Tensor bias = accumulated_bias(model, point, with_mlp && options.expand_neurons);
  stack.add("bias", bias.expand_as(stack.value("hook_embed")));
  return stack.finish(point, options.apply_ln);
}

}  // namespace kairo
