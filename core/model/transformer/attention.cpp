#include "core/model/transformer/attention.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/kernels/attention.h"
#include "core/kernels/linear.h"
#include "core/kernels/matmul.h"
#include "core/model/transformer/norm.h"
#include "core/model/transformer/pass_dropout.h"
#include "core/model/transformer/rotary.h"

namespace kairo {
namespace {

struct QKV {
  at::Tensor q;  // [batch, rows, head, d_head]
  at::Tensor k;  // [batch, pos, head, d_head]
  at::Tensor v;  // [batch, pos, head, d_head]
};

at::Tensor as_heads(const at::Tensor& packed, const TransformerOptions& options) {
  return packed.view({packed.size(0), packed.size(1), -1, options.d_head});
}

at::Tensor normalize(const at::Tensor& x, const BlockInputs& block) {
  return layer_norm(
      x, {block.prefix() + "ln1", PointKind::kLn1Scale, PointKind::kLn1Normalized, block.layer},
      block.options, block.parameters, block.hooks);
}

// The packed product of the normalised residual with some of q's, k's and v's columns: [batch, pos,
// heads, d_head], where `heads` counts from q's first.
at::Tensor project(const at::Tensor& normalized, const BlockInputs& block, int64_t first_head,
                   int64_t heads) {
  const int64_t first = first_head * block.options.d_head, width = heads * block.options.d_head;
  const Weight weight = block.parameters.weight(block.prefix() + "attn.W_QKV");
  const Weight bias = block.parameters.weight(block.prefix() + "attn.b_QKV");
  if (width == weight.value.size(1)) {
    return as_heads(kairo::linear(normalized, weight, bias), block.options);
  }
  return as_heads(
      kairo::linear(normalized, weight.narrow(1, first, width), bias.narrow(0, first, width)),
      block.options);
}

// q of the rows to finish, and k's and v's heads side by side.
struct RowProjection {
  at::Tensor q;            // [batch, rows, head, d_head]
  at::Tensor keys_values;  // [batch, pos, 2·head, d_head]
};

RowProjection project_rows(const at::Tensor& normalized, const BlockInputs& block) {
  const int64_t heads = block.options.n_heads;
  return {project(normalized.index_select(1, block.rows), block, 0, heads),
          project(normalized, block, heads, 2 * heads)};
}

// One product for all of q, k and v; two where only some positions are finished.
QKV fused_qkv(const at::Tensor& normalized, const BlockInputs& block) {
  const int64_t heads = block.options.n_heads;
  if (block.rows.defined()) {
    const RowProjection rows = project_rows(normalized, block);
    return {rows.q, rows.keys_values.narrow(2, 0, heads), rows.keys_values.narrow(2, heads, heads)};
  }
  const at::Tensor packed = project(normalized, block, 0, 3 * heads);
  return {packed.narrow(2, 0, heads), packed.narrow(2, heads, heads),
          packed.narrow(2, 2 * heads, heads)};
}

// x [batch, pos, head, in] by weight [head, in, out] -> [batch, pos, head, out].
at::Tensor per_head_product(const at::Tensor& x, const at::Tensor& weight) {
  const int64_t batch = x.size(0), pos = x.size(1), heads = x.size(2);
  const at::Tensor rows = x.permute({2, 0, 1, 3}).reshape({heads, batch * pos, x.size(3)});
  return kairo::matmul(rows, weight).view({heads, batch, pos, -1}).permute({1, 2, 0, 3});
}

bool is_rotary(const BlockInputs& block) {
  return block.options.positional_embedding_type == PositionalEmbedding::kRotary;
}

bool splits_inputs(const BlockInputs& block) {
  for (const PointKind kind :
       {PointKind::kAttnIn, PointKind::kQInput, PointKind::kKInput, PointKind::kVInput}) {
    if (block.hooks.flows_through(kind, block.layer)) return true;
  }
  return false;
}

// q, k and v from inputs that each head has for itself: q_input, k_input, v_input [batch, pos,
// head, d_model].
QKV split_qkv(const at::Tensor& attn_in, const BlockInputs& block) {
  const int64_t heads = block.options.n_heads;
  const bool own_inputs =
      block.hooks.wants_any(PointKind::kQInput, PointKind::kVInput, block.layer);
  at::Tensor inputs = attn_in;
  if (own_inputs) {
    inputs = at::cat({block.at(PointKind::kQInput, attn_in), block.at(PointKind::kKInput, attn_in),
                      block.at(PointKind::kVInput, attn_in)},
                     2);
  }
  const at::Tensor normalized = normalize(inputs, block);
  const at::Tensor weight = block.parameters.leaf(block.prefix() + "attn.W_QKV")
                                .view({block.options.d_model, 3, heads, block.options.d_head});
  const at::Tensor bias =
      block.parameters.leaf(block.prefix() + "attn.b_QKV").view({3, heads, block.options.d_head});
  const auto project = [&](int64_t which) {
    const at::Tensor own = own_inputs ? normalized.narrow(2, which * heads, heads) : normalized;
    return per_head_product(own, weight.select(1, which).permute({1, 0, 2})) + bias[which];
  };
  QKV result{project(0), project(1), project(2)};
  if (block.rows.defined()) result.q = result.q.index_select(1, block.rows);
  return result;
}

QKV make_qkv(const at::Tensor& resid_pre, const BlockInputs& block) {
  const bool looked_at = block.hooks.wants_any(PointKind::kAttnIn, PointKind::kVInput, block.layer);
  if (!looked_at) return fused_qkv(normalize(resid_pre, block), block);
  const at::Tensor per_head = resid_pre.unsqueeze(2).expand({-1, -1, block.options.n_heads, -1});
  const at::Tensor attn_in = block.at(PointKind::kAttnIn, per_head);
  if (splits_inputs(block)) return split_qkv(attn_in, block);
  for (const PointKind kind : {PointKind::kQInput, PointKind::kKInput, PointKind::kVInput}) {
    block.at(kind, attn_in);
  }
  return fused_qkv(normalize(resid_pre, block), block);
}

// True where a query may not look at a key: [rows, pos].
at::Tensor causal_mask(const BlockInputs& block, int64_t n_pos, at::Device device) {
  const at::Tensor keys = at::arange(n_pos, at::TensorOptions(at::kLong).device(device));
  const at::Tensor queries = block.rows.defined() ? block.rows : keys;
  return keys.unsqueeze(0) > queries.unsqueeze(1);
}

at::Tensor attention_scores(const QKV& qkv, const BlockInputs& block) {
  const double scale = 1.0 / std::sqrt(static_cast<double>(block.options.d_head));
  at::Tensor scores =
      kairo::matmul(qkv.q.permute({0, 2, 1, 3}), qkv.k.permute({0, 2, 3, 1})) * scale;
  if (block.options.attention_dir == AttentionDir::kBidirectional) return scores;
  const at::Tensor mask = causal_mask(block, qkv.k.size(1), scores.device());
  return scores.masked_fill(mask, -std::numeric_limits<double>::infinity());
}

// z [batch, rows, head, d_head] by way of the scores and the pattern.
at::Tensor mix(const QKV& qkv, const BlockInputs& block) {
  const at::Tensor scores = block.at(PointKind::kAttnScores, attention_scores(qkv, block));
  const at::Tensor pattern = block.at(PointKind::kPattern, at::softmax(scores, -1));
  const at::Tensor dropped =
      drop(pattern, {DropoutPlace::kPattern, block.layer, block.rows}, block.options, block.random);
  return kairo::matmul(dropped, qkv.v.permute({0, 2, 1, 3})).permute({0, 2, 1, 3});
}

at::Tensor mix_by_layout(const QKV& qkv, const BlockInputs& block) {
  if (block.hooks.wants_any(PointKind::kAttnScores, PointKind::kPattern, block.layer) ||
      drops(DropoutPlace::kPattern, block.options, block.random)) {
    throw Error(ErrorKind::kUsage)
        .at(block.prefix() + "attn")
        .fact("scores and pattern cannot be hooked or dropped in a pass with a row layout")
        .hint("run a pass in which each example is one sequence");
  }
  return block.layout->attend(block.layer, qkv.q, qkv.k, qkv.v);
}

// Positions of all rows; undefined: 0, 1, …
at::Tensor key_positions(const BlockInputs& block) {
  return block.layout == nullptr ? at::Tensor() : block.layout->positions();
}
at::Tensor add_attention_out(const at::Tensor& onto, const at::Tensor& out,
                             const BlockInputs& block) {
  return add_dropped(onto, block.at(PointKind::kAttnOut, out),
                     {DropoutPlace::kAttnOut, block.layer, block.row_positions()}, block.options,
                     block.random);
}

// onto + z W_O + b_O, the latter dropped where the pass drops.
at::Tensor attention_out(const at::Tensor& z, const at::Tensor& onto, const BlockInputs& block) {
  const Weight weight = block.parameters.weight(block.prefix() + "attn.W_O");
  const Weight bias = block.parameters.weight(block.prefix() + "attn.b_O");
  if (block.hooks.wants(PointKind::kResult, block.layer)) {
    const at::Tensor by_head = weight.value.view({block.options.n_heads, block.options.d_head, -1});
    const at::Tensor result = block.at(PointKind::kResult, per_head_product(z, by_head));
    if (block.hooks.flows_through(PointKind::kResult, block.layer)) {
      return add_attention_out(onto, result.sum(2) + bias.value, block);
    }
  }
  const at::Tensor by_row = z.reshape({z.size(0), z.size(1), -1});
  if (!block.hooks.wants(PointKind::kAttnOut, block.layer) &&
      !drops(DropoutPlace::kAttnOut, block.options, block.random)) {
    return kairo::linear(by_row, weight, bias, onto);
  }
  return add_attention_out(onto, kairo::linear(by_row, weight, bias), block);
}

// z, every point inside on its way.
at::Tensor step_by_step(const at::Tensor& resid_pre, const BlockInputs& block) {
  QKV qkv = make_qkv(resid_pre, block);
  qkv = {block.at(PointKind::kQ, qkv.q), block.at(PointKind::kK, qkv.k),
         block.at(PointKind::kV, qkv.v)};
  if (is_rotary(block)) {
    qkv.q = block.at(PointKind::kRotQ, rotate(qkv.q, block.row_positions(), block.options));
    qkv.k = block.at(PointKind::kRotK, rotate(qkv.k, key_positions(block), block.options));
  }
  return block.layout == nullptr ? mix(qkv, block) : mix_by_layout(qkv, block);
}

// How many keys each row to finish sees: [rows] int64.
at::Tensor visible_keys(const BlockInputs& block, int64_t n_pos, at::Device device) {
  const auto kind = at::TensorOptions(at::kLong).device(device);
  const bool causal = block.options.attention_dir == AttentionDir::kCausal;
  const at::Tensor rows = block.rows.defined() ? block.rows : at::arange(n_pos, kind);
  return causal ? rows + 1 : at::full(rows.sizes(), n_pos, kind);
}

// z where nobody looks inside: attention as one operation.
at::Tensor fused(const at::Tensor& resid_pre, const BlockInputs& block) {
  const at::Tensor normalized = normalize(resid_pre, block);
  const at::Tensor visible = visible_keys(block, resid_pre.size(1), resid_pre.device());
  if (is_rotary(block)) {
    const QKV qkv = fused_qkv(normalized, block);
    return row_attention(rotate(qkv.q, block.rows, block.options),
                         at::cat({rotate(qkv.k, {}, block.options), qkv.v}, 2), visible);
  }
  if (block.rows.defined()) {
    const RowProjection rows = project_rows(normalized, block);
    return row_attention(rows.q, rows.keys_values, visible);
  }
  return packed_attention(project(normalized, block, 0, 3 * block.options.n_heads), visible);
}

bool looks_inside(const BlockInputs& block) {
  return block.layout != nullptr || drops(DropoutPlace::kPattern, block.options, block.random) ||
         block.hooks.wants_any(PointKind::kAttnIn, PointKind::kVInput, block.layer) ||
         block.hooks.wants_any(PointKind::kQ, PointKind::kPattern, block.layer);
}

}  // namespace

at::Tensor BlockInputs::row_positions() const {
  if (layout == nullptr) return rows;
  const at::Tensor& all = layout->positions();
  return rows.defined() ? all.index_select(0, rows) : all;
}

at::Tensor attention(const at::Tensor& resid_pre, const at::Tensor& onto,
                     const BlockInputs& block) {
  const at::Tensor z =
      looks_inside(block) ? step_by_step(resid_pre, block) : fused(resid_pre, block);
  return attention_out(block.at(PointKind::kZ, z), onto, block);
}

}  // namespace kairo
