// The table of hook points: name, axes and layer of everything a forward pass can be looked at or
// changed at, in firing order. Names and meaning are TransformerLens's classic ones
// (HookedTransformer, 3.x).
//
// A pattern is a glob over names ("blocks.*.attn.hook_pattern"; * any run of characters, ? any
// one, [02] one of these). Points on request (attn.hook_result, hook_attn_in, hook_q/k/v_input,
// hook_mlp_in) cost extra work, so a pattern matches them only where it spells their last word out:
// "*hook_result" does, "*" does not. A pattern that matches nothing is kNotFound naming the nearest
// names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kairo {

// In firing order within a model (first and last group) and within a block.
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

struct HookPoint {
  std::string name;               // "blocks.0.attn.hook_q"
  std::vector<std::string> axes;  // {"batch", "pos", "head", "d_head"}
  int64_t layer = -1;             // -1 outside the blocks
  PointKind kind = PointKind::kEmbed;
  bool on_request = false;
};

// What decides which points a model has.
struct HookTableShape {
  int64_t n_layers = 0;
  bool attn_only = false;
  bool parallel_attn_mlp = false;
  bool rotary = false;
  bool has_norm = true;
};

class HookTable {
 public:
  explicit HookTable(const HookTableShape& shape);

  const std::vector<HookPoint>& points() const { return points_; }
  // Index of a point in points(), or -1 where this model does not have it.
  int64_t index(PointKind kind, int64_t layer = -1) const;
  // Indices of the points a pattern matches, ascending; kNotFound where there is none.
  std::vector<int64_t> match(const std::string& pattern) const;
  std::vector<std::string> names() const;

 private:
  void add(const struct PointRow& row, int64_t layer);

  std::vector<HookPoint> points_;
  std::vector<int64_t> index_;  // [layer + 1][kind]
};

// * matches any run of characters, ? any one, [0-2] one of these.
bool glob_matches(const std::string& pattern, const std::string& name);

}  // namespace kairo
