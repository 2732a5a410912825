#include "core/model/transformer.h"

#include <torch/torch.h>

#include <sstream>

#include "core/kernels/gelu.h"
#include "core/kernels/matmul.h"
#include "core/model/attention.h"
#include "core/model/norm.h"
#include "hooks/error.h"

namespace kairo {
namespace {

HookTableShape table_shape(const ModelOptions& options) {
  return {options.n_layers, options.attn_only, options.parallel_attn_mlp,
          options.positional_embedding_type == PositionalEmbedding::kRotary,
          options.normalization_type != Normalization::kNone};
}

at::Tensor activate(const at::Tensor& x, ActFn act_fn) {
  switch (act_fn) {
    case ActFn::kGelu:
      return kairo::gelu(x);
    case ActFn::kGeluNew:
      return at::gelu(x, "tanh");
    case ActFn::kRelu:
      return at::relu(x);
    case ActFn::kSilu:
      return at::silu(x);
  }
  return x;
}

void check_tokens(const at::Tensor& tokens, const ModelOptions& options) {
  std::ostringstream came;
  came << tokens.sizes() << " " << tokens.scalar_type();
  const bool fits = tokens.dim() == 2 && tokens.scalar_type() == at::kLong &&
                    tokens.size(1) <= options.n_ctx && tokens.numel() > 0;
  if (!fits) {
    throw Error(ErrorKind::kShape, {"tokens",
                                    "int64 [batch, pos] with 1 to " +
                                        std::to_string(options.n_ctx) + " positions (n_ctx)",
                                    came.str(), ""});
  }
  const int64_t least = tokens.min().item<int64_t>(), most = tokens.max().item<int64_t>();
  if (least < 0 || most >= options.d_vocab) {
    throw Error(ErrorKind::kShape,
                {"tokens", "ids from 0 to " + std::to_string(options.d_vocab - 1),
                 std::to_string(least < 0 ? least : most), ""});
  }
}

at::Tensor row_index(const std::vector<int64_t>& positions, const at::Tensor& residual) {
  if (positions.empty()) return {};
  for (const int64_t position : positions) {
    if (position >= 0 && position < residual.size(1)) continue;
    throw Error(ErrorKind::kShape, {"positions", "0 to " + std::to_string(residual.size(1) - 1),
                                    std::to_string(position), ""});
  }
  return at::tensor(positions, at::TensorOptions(at::kLong).device(residual.device()));
}

at::Tensor mlp(const at::Tensor& residual, const BlockInputs& block) {
  const std::string prefix = block.prefix();
  const at::Tensor normalized =
      layer_norm(block.at(PointKind::kMlpIn, residual),
                 {prefix + "ln2", PointKind::kLn2Scale, PointKind::kLn2Normalized, block.layer},
                 block.options, block.parameters, block.hooks);
  const auto leaf = [&](const char* name) { return block.parameters.leaf(prefix + "mlp." + name); };
  const at::Tensor pre =
      block.at(PointKind::kMlpPre, kairo::linear(normalized, leaf("W_in"), leaf("b_in")));
  const at::Tensor post = block.at(PointKind::kMlpPost, activate(pre, block.options.act_fn));
  return block.at(PointKind::kMlpOut, kairo::linear(post, leaf("W_out"), leaf("b_out")));
}

}  // namespace

Transformer::Transformer(const ModelOptions& options, at::Device device)
    : options_((check(options), options)),
      table_(table_shape(options)),
      parameters_(options, device) {}

Transformer::Transformer(const Transformer& other, FlatParameters parameters)
    : options_(other.options_), table_(other.table_), parameters_(std::move(parameters)) {}

Transformer Transformer::shard() const { return Transformer(*this, parameters_.shard()); }

at::Tensor Transformer::forward(const at::Tensor& tokens, const Hooks& hooks,
                                const ForwardOptions& options) const {
  check_tokens(tokens, options_);
  const ActiveHooks active(hooks, table_);
  return blocks(embed(tokens, active), active, options);
}

at::Tensor Transformer::forward_from(const at::Tensor& residual, const Hooks& hooks,
                                     const ForwardOptions& options) const {
  return blocks(residual, ActiveHooks(hooks, table_), options);
}

at::Tensor Transformer::embed(const at::Tensor& tokens, const ActiveHooks& hooks) const {
  at::Tensor embedded = at::embedding(parameters_.leaf("embed.W_E"), tokens);
  // On frozen weights gradients begin at the embedding, so that gradient hooks still fire.
  const bool begins_graph =
      hooks.wants_gradients() && at::GradMode::is_enabled() && !embedded.requires_grad();
  if (begins_graph) embedded.requires_grad_();
  embedded = hooks.at(PointKind::kEmbed, embedded);
  if (options_.positional_embedding_type == PositionalEmbedding::kRotary) return embedded;
  const at::Tensor positions = parameters_.leaf("pos_embed.W_pos").narrow(0, 0, tokens.size(1));
  if (!hooks.wants(PointKind::kPosEmbed)) return embedded + positions;
  return embedded + hooks.at(PointKind::kPosEmbed, positions.expand_as(embedded));
}

at::Tensor Transformer::blocks(at::Tensor residual, const ActiveHooks& hooks,
                               const ForwardOptions& options) const {
  const int64_t end = options.stop_at_layer < 0 ? options_.n_layers : options.stop_at_layer;
  const at::Tensor rows = row_index(options.positions, residual);
  const int64_t last = options_.n_layers - 1;
  const bool rows_in_last_block =
      rows.defined() && options.stop_at_layer < 0 && options.start_at_layer <= last &&
      !hooks.wants_any(PointKind::kResidPre, PointKind::kResidPost, last) &&
      !hooks.wants_any(PointKind::kLnFinalScale, PointKind::kUnembedOut);
  for (int64_t layer = options.start_at_layer; layer < end; ++layer) {
    const at::Tensor finished = rows_in_last_block && layer == last ? rows : at::Tensor();
    residual = block(residual, {options_, parameters_, hooks, layer, finished, options.layout});
  }
  if (options.stop_at_layer >= 0) return residual;
  return finish(residual, hooks, rows_in_last_block ? at::Tensor() : rows);
}

at::Tensor Transformer::block(const at::Tensor& residual, const BlockInputs& block) const {
  const at::Tensor resid_pre = block.at(PointKind::kResidPre, residual);
  const at::Tensor kept = block.rows.defined() ? resid_pre.index_select(1, block.rows) : resid_pre;
  const at::Tensor attn_out = block.at(PointKind::kAttnOut, attention(resid_pre, block));
  at::Tensor resid_mid = kept + attn_out;
  if (options_.parallel_attn_mlp && !options_.attn_only) {
    return block.at(PointKind::kResidPost, resid_mid + mlp(kept, block));
  }
  if (options_.attn_only) return block.at(PointKind::kResidPost, resid_mid);
  resid_mid = block.at(PointKind::kResidMid, resid_mid);
  return block.at(PointKind::kResidPost, resid_mid + mlp(resid_mid, block));
}

// `rows`: positions still to be picked, or undefined.
at::Tensor Transformer::finish(at::Tensor residual, const ActiveHooks& hooks,
                               const at::Tensor& rows) const {
  const bool looked_at = hooks.wants_any(PointKind::kLnFinalScale, PointKind::kUnembedOut);
  if (rows.defined() && !looked_at) residual = residual.index_select(1, rows);
  const at::Tensor normalized =
      layer_norm(residual, {"ln_final", PointKind::kLnFinalScale, PointKind::kLnFinalNormalized},
                 options_, parameters_, hooks);
  const at::Tensor logits =
      hooks.at(PointKind::kUnembedOut,
               kairo::linear(hooks.at(PointKind::kUnembedIn, normalized),
                             parameters_.leaf("unembed.W_U"), parameters_.leaf("unembed.b_U")));
  return rows.defined() && looked_at ? logits.index_select(1, rows) : logits;
}

at::Tensor Transformer::unembed(const at::Tensor& residual) const {
  const Hooks none;
  return finish(residual, ActiveHooks(none, table_), {});
}

}  // namespace kairo
