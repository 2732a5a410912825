#include "core/model/transformer/points.h"

#include <string>
#include <utility>

namespace kairo {
namespace {

// Which models have a point.
enum class Has { kAlways, kNorm, kRotary, kStandardPositions, kMlp, kMlpNorm, kResidMid };

struct PointRow {
  PointKind kind;
  const char* name;  // within its block, or whole
  std::vector<std::string> axes;
  Has has;
  bool on_request = false;
  bool holds_minus_infinity = false;
};

constexpr bool kOnRequest = true;
constexpr int64_t kKinds = static_cast<int64_t>(PointKind::kCount);

const std::vector<std::string> kResid = {"batch", "pos", "d_model"};
const std::vector<std::string> kPerHead = {"batch", "pos", "head", "d_head"};
const std::vector<std::string> kPerHeadResid = {"batch", "pos", "head", "d_model"};
const std::vector<std::string> kScale = {"batch", "pos", "one"};
const std::vector<std::string> kAttention = {"batch", "head", "query_pos", "key_pos"};
const std::vector<std::string> kNeurons = {"batch", "pos", "d_mlp"};

const std::vector<PointRow>& first_rows() {
  static const std::vector<PointRow> rows = {
      {PointKind::kEmbed, "hook_embed", kResid, Has::kAlways},
      {PointKind::kPosEmbed, "hook_pos_embed", kResid, Has::kStandardPositions},
  };
  return rows;
}

const std::vector<PointRow>& block_rows() {
  static const std::vector<PointRow> rows = {
      {PointKind::kResidPre, "hook_resid_pre", kResid, Has::kAlways},
      {PointKind::kAttnIn, "hook_attn_in", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kQInput, "hook_q_input", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kKInput, "hook_k_input", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kVInput, "hook_v_input", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kLn1Scale, "ln1.hook_scale", kScale, Has::kNorm},
      {PointKind::kLn1Normalized, "ln1.hook_normalized", kResid, Has::kNorm},
      {PointKind::kQ, "attn.hook_q", kPerHead, Has::kAlways},
      {PointKind::kK, "attn.hook_k", kPerHead, Has::kAlways},
      {PointKind::kV, "attn.hook_v", kPerHead, Has::kAlways},
      {PointKind::kRotQ, "attn.hook_rot_q", kPerHead, Has::kRotary},
      {PointKind::kRotK, "attn.hook_rot_k", kPerHead, Has::kRotary},
      {PointKind::kAttnScores, "attn.hook_attn_scores", kAttention, Has::kAlways, false, true},
      {PointKind::kPattern, "attn.hook_pattern", kAttention, Has::kAlways},
      {PointKind::kZ, "attn.hook_z", kPerHead, Has::kAlways},
      {PointKind::kResult, "attn.hook_result", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kAttnOut, "hook_attn_out", kResid, Has::kAlways},
      {PointKind::kResidMid, "hook_resid_mid", kResid, Has::kResidMid},
      {PointKind::kMlpIn, "hook_mlp_in", kResid, Has::kMlp, kOnRequest},
      {PointKind::kLn2Scale, "ln2.hook_scale", kScale, Has::kMlpNorm},
      {PointKind::kLn2Normalized, "ln2.hook_normalized", kResid, Has::kMlpNorm},
      {PointKind::kMlpPre, "mlp.hook_pre", kNeurons, Has::kMlp},
      {PointKind::kMlpPost, "mlp.hook_post", kNeurons, Has::kMlp},
      {PointKind::kMlpOut, "hook_mlp_out", kResid, Has::kMlp},
      {PointKind::kResidPost, "hook_resid_post", kResid, Has::kAlways},
  };
  return rows;
}

const std::vector<PointRow>& last_rows() {
  static const std::vector<PointRow> rows = {
      {PointKind::kLnFinalScale, "ln_final.hook_scale", kScale, Has::kNorm},
      {PointKind::kLnFinalNormalized, "ln_final.hook_normalized", kResid, Has::kNorm},
      {PointKind::kUnembedIn, "unembed.hook_in", kResid, Has::kAlways},
      {PointKind::kUnembedOut, "unembed.hook_out", {"batch", "pos", "d_vocab"}, Has::kAlways},
  };
  return rows;
}

bool has(const TransformerOptions& options, Has which) {
  const bool has_norm = options.normalization_type != Normalization::kNone;
  const bool is_rotary = options.positional_embedding_type == PositionalEmbedding::kRotary;
  switch (which) {
    case Has::kAlways:
      return true;
    case Has::kNorm:
      return has_norm;
    case Has::kRotary:
      return is_rotary;
    case Has::kStandardPositions:
      return !is_rotary;
    case Has::kMlp:
      return !options.attn_only;
    case Has::kMlpNorm:
      return !options.attn_only && has_norm;
    case Has::kResidMid:
      return !options.attn_only && !options.parallel_attn_mlp;
  }
  return false;
}

HookPoint point_of(const PointRow& row, int64_t layer) {
  const std::string prefix = layer < 0 ? "" : "blocks." + std::to_string(layer) + ".";
  return {prefix + row.name, row.axes, layer, row.on_request, row.holds_minus_infinity};
}

// Calls use(row, layer) for every point of the model, in order.
template <typename Use>
void for_each_row(const TransformerOptions& options, Use use) {
  const auto use_rows = [&](const std::vector<PointRow>& rows, int64_t layer) {
    for (const PointRow& row : rows) {
      if (has(options, row.has)) use(row, layer);
    }
  };
  use_rows(first_rows(), -1);
  for (int64_t layer = 0; layer < options.n_layers; ++layer) use_rows(block_rows(), layer);
  use_rows(last_rows(), -1);
}

std::vector<HookPoint> points_of(const TransformerOptions& options) {
  std::vector<HookPoint> points;
  for_each_row(options,
               [&](const PointRow& row, int64_t layer) { points.push_back(point_of(row, layer)); });
  return points;
}

std::size_t place_of(PointKind kind, int64_t layer) {
  return static_cast<std::size_t>((layer + 1) * kKinds + static_cast<int64_t>(kind));
}

}  // namespace

TransformerPoints::TransformerPoints(const TransformerOptions& options)
    : table_(points_of(options)),
      index_(static_cast<std::size_t>((options.n_layers + 1) * kKinds), -1) {
  int64_t next = 0;
  for_each_row(options, [&](const PointRow& row, int64_t layer) {
    index_[place_of(row.kind, layer)] = next++;
  });
}

int64_t TransformerPoints::index(PointKind kind, int64_t layer) const {
  return index_.at(place_of(kind, layer));
}

bool TransformerHooks::wants_any(PointKind first, PointKind last, int64_t layer) const {
  for (int kind = static_cast<int>(first); kind <= static_cast<int>(last); ++kind) {
    if (wants(static_cast<PointKind>(kind), layer)) return true;
  }
  return false;
}

}  // namespace kairo
