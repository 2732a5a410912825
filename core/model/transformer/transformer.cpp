#include "core/model/transformer/transformer.h"

#include <ATen/ATen.h>

#include <utility>

#include "core/kernels/cross_entropy.h"
#include "core/kernels/embedding.h"
#include "core/kernels/linear.h"
#include "core/model/loss.h"
#include "core/model/transformer/attention.h"
#include "core/model/transformer/layout.h"
#include "core/model/transformer/mlp.h"
#include "core/model/transformer/norm.h"
#include "core/model/transformer/pass_dropout.h"

namespace kairo {
namespace {

bool looks_at_end(const TransformerHooks& hooks) {
  return hooks.wants_any(PointKind::kLnFinalScale, PointKind::kUnembedOut);
}

}  // namespace

at::Tensor Transformer::pick(const Residual& end) {
  return end.rows.defined() ? end.values.index_select(1, end.rows) : end.values;
}

Transformer::Transformer(const TransformerOptions& options, at::Device device,
                         WeightGradients gradients)
    : options_((options.check(), options)),
      points_(options),
      parameters_(transformer_parameters(options, device, gradients)) {}

Transformer::Transformer(const Transformer& other, FlatParameters parameters)
    : options_(other.options_), points_(other.points_), parameters_(std::move(parameters)) {}

std::unique_ptr<Model> Transformer::shard() const {
  return std::unique_ptr<Model>(new Transformer(*this, parameters_.shard()));
}

void Transformer::initialize() { kairo::initialize(parameters_, options_); }

std::map<std::string, int64_t> Transformer::axis_sizes() const {
  return {{"head", options_.n_heads},
          {"d_model", options_.d_model},
          {"d_head", options_.d_head},
          {"d_mlp", options_.d_mlp},
          {"one", 1},
          {"d_vocab", options_.d_vocab}};
}

at::Tensor Transformer::forward(const at::Tensor& tokens, const Hooks& hooks,
                                const ForwardOptions& options) const {
  return forward_layers(tokens, hooks, LayerOptions{options});
}

at::Tensor Transformer::forward_layers(const at::Tensor& tokens, const Hooks& hooks,
                                       const LayerOptions& options) const {
  check_tokens(tokens, options_);
  const TransformerHooks active(hooks, points_);
  return to_logits(blocks(embed(tokens, active, options.random), active, options), active, options);
}

at::Tensor Transformer::forward_from(const at::Tensor& residual, const Hooks& hooks,
                                     const LayerOptions& options) const {
  check_random(options.random, residual.size(0));
  const TransformerHooks active(hooks, points_);
  return to_logits(blocks(residual, active, options), active, options);
}

at::Tensor Transformer::loss(const at::Tensor& tokens, const at::Tensor& labels, const Hooks& hooks,
                             const ForwardOptions& forward) const {
  const LayerOptions options{forward};
  check_tokens(tokens, options_);
  const TransformerHooks active(hooks, points_);
  const Residual end = blocks(embed(tokens, active, options.random), active, options);
  if (looks_at_end(active)) return token_loss(to_logits(end, active, options), labels);
  return unembed_loss(final_norm(pick(end), active), parameters_.weight("unembed.W_U"),
                      unembedding_bias(), labels);
}

at::Tensor Transformer::embed(const at::Tensor& tokens, const TransformerHooks& hooks,
                              const PassRandom& random) const {
  check_random(random, tokens.size(0));
  return drop(embedding(tokens, hooks), {DropoutPlace::kEmbed, 0, {}}, options_, random);
}

at::Tensor Transformer::embedding(const at::Tensor& tokens, const TransformerHooks& hooks) const {
  const Weight w_tokens = parameters_.weight("embed.W_E");
  const bool has_positions = options_.positional_embedding_type == PositionalEmbedding::kStandard;
  const Weight w_positions = has_positions ? parameters_.weight("pos_embed.W_pos") : Weight();
  // On frozen weights gradients begin at the embedding, so that gradient hooks still fire.
  const bool begins_graph =
      hooks.wants_gradients() && at::GradMode::is_enabled() && !w_tokens.value.requires_grad();
  const bool looked_at = hooks.wants(PointKind::kEmbed) || hooks.wants(PointKind::kPosEmbed);
  if (!looked_at && !begins_graph) return kairo::embed(tokens, w_tokens, w_positions);
  at::Tensor embedded = kairo::embed(tokens, w_tokens, {});
  if (begins_graph) embedded.requires_grad_();
  embedded = hooks.at(PointKind::kEmbed, embedded);
  if (!has_positions) return embedded;
  const at::Tensor positions = w_positions.value.narrow(0, 0, tokens.size(1));
  return embedded + hooks.at(PointKind::kPosEmbed, positions.expand_as(embedded));
}

Transformer::Residual Transformer::blocks(at::Tensor residual, const TransformerHooks& hooks,
                                          const LayerOptions& options) const {
  const int64_t end = options.stop_at_layer < 0 ? options_.n_layers : options.stop_at_layer;
  const at::Tensor rows = position_rows(options.positions, residual);
  const int64_t last = options_.n_layers - 1;
  const bool rows_in_last_block =
      rows.defined() && options.stop_at_layer < 0 && options.start_at_layer <= last &&
      !hooks.wants_any(PointKind::kResidPre, PointKind::kResidPost, last) && !looks_at_end(hooks);
  for (int64_t layer = options.start_at_layer; layer < end; ++layer) {
    const at::Tensor finished = rows_in_last_block && layer == last ? rows : at::Tensor();
    residual = block(
        residual, {options_, parameters_, hooks, layer, finished, options.layout, options.random});
  }
  return {residual, rows_in_last_block ? at::Tensor() : rows};
}

at::Tensor Transformer::block(const at::Tensor& residual, const BlockInputs& block) const {
  const at::Tensor resid_pre = block.at(PointKind::kResidPre, residual);
  const at::Tensor kept = block.rows.defined() ? resid_pre.index_select(1, block.rows) : resid_pre;
  at::Tensor resid_mid = attention(resid_pre, kept, block);
  if (options_.attn_only) return block.at(PointKind::kResidPost, resid_mid);
  if (options_.parallel_attn_mlp) {
    return block.at(PointKind::kResidPost, mlp(kept, resid_mid, block));
  }
  resid_mid = block.at(PointKind::kResidMid, resid_mid);
  return block.at(PointKind::kResidPost, mlp(resid_mid, resid_mid, block));
}

Weight Transformer::unembedding_bias() const {
  return options_.unembed_bias ? parameters_.weight("unembed.b_U") : Weight();
}

at::Tensor Transformer::final_norm(const at::Tensor& residual,
                                   const TransformerHooks& hooks) const {
  return layer_norm(residual, {"ln_final", PointKind::kLnFinalScale, PointKind::kLnFinalNormalized},
                    options_, parameters_, hooks);
}

at::Tensor Transformer::to_logits(const Residual& end, const TransformerHooks& hooks,
                                  const LayerOptions& options) const {
  if (options.stop_at_layer >= 0) return end.values;
  const bool looked_at = looks_at_end(hooks);
  const at::Tensor normalized = final_norm(looked_at ? end.values : pick(end), hooks);
  const at::Tensor logits = hooks.at(
      PointKind::kUnembedOut, kairo::linear(hooks.at(PointKind::kUnembedIn, normalized),
                                            parameters_.weight("unembed.W_U"), unembedding_bias()));
  return looked_at ? pick({logits, end.rows}) : logits;
}

at::Tensor Transformer::unembed(const at::Tensor& residual) const {
  const Hooks none;
  return to_logits({residual, {}}, TransformerHooks(none, points_), {});
}

const Transformer& as_transformer(const Model& model, const std::string& who) {
  as_transformer(model.options(), who);
  return static_cast<const Transformer&>(model);
}

Transformer take_transformer(std::unique_ptr<Model> model, const std::string& who) {
  as_transformer(*model, who);
  return std::move(static_cast<Transformer&>(*model));
}

}  // namespace kairo
