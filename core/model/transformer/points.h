// A transformer's hook points. Names and meaning are TransformerLens's classic ones
// (HookedTransformer, 3.x).
//
// PointKind lists them in the order a pass meets them, within the model (first and last group) and
// within a block: wants_any asks for a stretch of that order.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/config/transformer_options.h"
#include "hooks/hooks.h"

namespace kairo {

enum class PointKind {
  kEmbed,
  kPosEmbed,
  kResidPre,
  kAttnIn,
  kQInput,
  kKInput,
  kVInput,
  kLn1Scale,
  kLn1Normalized,
  kQ,
  kK,
  kV,
  kRotQ,
  kRotK,
  kAttnScores,
  kPattern,
  kZ,
  kResult,
  kAttnOut,
  kResidMid,
  kMlpIn,
  kLn2Scale,
  kLn2Normalized,
  kMlpPre,
  kMlpPost,
  kMlpOut,
  kResidPost,
  kLnFinalScale,
  kLnFinalNormalized,
  kUnembedIn,
  kUnembedOut,
  kCount,
};

class TransformerPoints {
 public:
  explicit TransformerPoints(const TransformerOptions& options);

  const HookTable& table() const { return table_; }
  // Index of a point in the table, or -1 where this model does not have it.
  int64_t index(PointKind kind, int64_t layer = -1) const;

 private:
  HookTable table_;
  std::vector<int64_t> index_;  // [layer + 1][kind]
};

// Hooks of one pass, asked by kind and layer. `hooks` and `points` must outlive it.
class TransformerHooks {
 public:
  // Throws kNotFound for a pattern without a match.
  TransformerHooks(const Hooks& hooks, const TransformerPoints& points)
      : points_(points), active_(hooks, points.table()) {}

  bool wants(PointKind kind, int64_t layer = -1) const {
    return active_.wants(points_.index(kind, layer));
  }
  bool flows_through(PointKind kind, int64_t layer = -1) const {
    return active_.flows_through(points_.index(kind, layer));
  }
  bool wants_gradients() const { return active_.wants_gradients(); }
  // True where any point in [first, last] of the block is looked at.
  bool wants_any(PointKind first, PointKind last, int64_t layer = -1) const;

  at::Tensor at(PointKind kind, int64_t layer, const at::Tensor& value) const {
    return active_.at(points_.index(kind, layer), value);
  }
  at::Tensor at(PointKind kind, const at::Tensor& value) const { return at(kind, -1, value); }

 private:
  const TransformerPoints& points_;
  ActiveHooks active_;
};

}  // namespace kairo
