#include "hooks/hook_table.h"

#include <fnmatch.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/nearest_name.h"

namespace kairo {

// Which models have a point.
enum class Has { kAlways, kNorm, kRotary, kStandardPositions, kMlp, kMlpNorm, kResidMid };

struct PointRow {
  PointKind kind;
  const char* name;  // within its block, or whole
  std::vector<std::string> axes;
  Has has;
  bool on_request;
};

namespace {

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
      {PointKind::kEmbed, "hook_embed", kResid, Has::kAlways, false},
      {PointKind::kPosEmbed, "hook_pos_embed", kResid, Has::kStandardPositions, false},
  };
  return rows;
}

const std::vector<PointRow>& block_rows() {
  static const std::vector<PointRow> rows = {
      {PointKind::kResidPre, "hook_resid_pre", kResid, Has::kAlways, false},
      {PointKind::kAttnIn, "hook_attn_in", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kQInput, "hook_q_input", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kKInput, "hook_k_input", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kVInput, "hook_v_input", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kLn1Scale, "ln1.hook_scale", kScale, Has::kNorm, false},
      {PointKind::kLn1Normalized, "ln1.hook_normalized", kResid, Has::kNorm, false},
      {PointKind::kQ, "attn.hook_q", kPerHead, Has::kAlways, false},
      {PointKind::kK, "attn.hook_k", kPerHead, Has::kAlways, false},
      {PointKind::kV, "attn.hook_v", kPerHead, Has::kAlways, false},
      {PointKind::kRotQ, "attn.hook_rot_q", kPerHead, Has::kRotary, false},
      {PointKind::kRotK, "attn.hook_rot_k", kPerHead, Has::kRotary, false},
      {PointKind::kAttnScores, "attn.hook_attn_scores", kAttention, Has::kAlways, false},
      {PointKind::kPattern, "attn.hook_pattern", kAttention, Has::kAlways, false},
      {PointKind::kZ, "attn.hook_z", kPerHead, Has::kAlways, false},
      {PointKind::kResult, "attn.hook_result", kPerHeadResid, Has::kAlways, kOnRequest},
      {PointKind::kAttnOut, "hook_attn_out", kResid, Has::kAlways, false},
      {PointKind::kResidMid, "hook_resid_mid", kResid, Has::kResidMid, false},
      {PointKind::kMlpIn, "hook_mlp_in", kResid, Has::kMlp, kOnRequest},
      {PointKind::kLn2Scale, "ln2.hook_scale", kScale, Has::kMlpNorm, false},
      {PointKind::kLn2Normalized, "ln2.hook_normalized", kResid, Has::kMlpNorm, false},
      {PointKind::kMlpPre, "mlp.hook_pre", kNeurons, Has::kMlp, false},
      {PointKind::kMlpPost, "mlp.hook_post", kNeurons, Has::kMlp, false},
      {PointKind::kMlpOut, "hook_mlp_out", kResid, Has::kMlp, false},
      {PointKind::kResidPost, "hook_resid_post", kResid, Has::kAlways, false},
  };
  return rows;
}

const std::vector<PointRow>& last_rows() {
  static const std::vector<PointRow> rows = {
      {PointKind::kLnFinalScale, "ln_final.hook_scale", kScale, Has::kNorm, false},
      {PointKind::kLnFinalNormalized, "ln_final.hook_normalized", kResid, Has::kNorm, false},
      {PointKind::kUnembedIn, "unembed.hook_in", kResid, Has::kAlways, false},
      {PointKind::kUnembedOut,
       "unembed.hook_out",
       {"batch", "pos", "d_vocab"},
       Has::kAlways,
       false},
  };
  return rows;
}

bool has(const HookTableShape& shape, Has which) {
  switch (which) {
    case Has::kAlways:
      return true;
    case Has::kNorm:
      return shape.has_norm;
    case Has::kRotary:
      return shape.rotary;
    case Has::kStandardPositions:
      return !shape.rotary;
    case Has::kMlp:
      return !shape.attn_only;
    case Has::kMlpNorm:
      return !shape.attn_only && shape.has_norm;
    case Has::kResidMid:
      return !shape.attn_only && !shape.parallel_attn_mlp;
  }
  return false;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string last_word(const std::string& name) { return name.substr(name.rfind('.') + 1); }

std::vector<std::string> segments_of(const std::string& name) {
  std::vector<std::string> segments(1);
  for (const char c : name) {
    if (c == '.') {
      segments.emplace_back();
    } else {
      segments.back() += c;
    }
  }
  return segments;
}

// A point's name, as near to a pattern as it can be written, and how far it is from the pattern.
struct Nearness {
  int distance = 0;
  std::string name;
};

// Segment by segment from the end, so that "hook_patern" is near "blocks.*.attn.hook_pattern".
// A segment that matches stays as the pattern has it; a layer that the pattern lacks is "*".
Nearness nearness(const std::string& pattern, const std::string& name) {
  std::vector<std::string> asked = segments_of(pattern), own = segments_of(name);
  Nearness result;
  while (!own.empty()) {
    std::string segment = own.back();
    own.pop_back();
    if (!asked.empty() && glob_matches(asked.back(), segment)) {
      segment = asked.back();
    } else if (!asked.empty()) {
      result.distance += edit_distance(asked.back(), segment);
    } else if (segment.find_first_not_of("0123456789") == std::string::npos) {
      segment = "*";
    }
    if (!asked.empty()) asked.pop_back();
    result.name = segment + (result.name.empty() ? "" : "." + result.name);
  }
  for (const std::string& each : asked) result.distance += static_cast<int>(each.size());
  return result;
}

std::string nearest_points(const std::string& pattern, const std::vector<std::string>& names) {
  std::vector<Nearness> ranked;
  for (const std::string& name : names) {
    const Nearness each = nearness(pattern, name);
    const auto same = [&](const Nearness& other) { return other.name == each.name; };
    const bool is_near = each.distance <= std::max<int>(2, static_cast<int>(pattern.size()) / 3);
    if (is_near && std::none_of(ranked.begin(), ranked.end(), same)) ranked.push_back(each);
  }
  if (ranked.empty()) return did_you_mean(pattern, names);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Nearness& a, const Nearness& b) { return a.distance < b.distance; });
  constexpr std::size_t kMost = 3;
  std::string text = "did you mean " + ranked[0].name;
  for (std::size_t i = 1; i < std::min(ranked.size(), kMost); ++i) text += " or " + ranked[i].name;
  return text + "?";
}

}  // namespace

HookTable::HookTable(const HookTableShape& shape) : index_((shape.n_layers + 1) * kKinds, -1) {
  for (const PointRow& row : first_rows()) {
    if (has(shape, row.has)) add(row, -1);
  }
  for (int64_t layer = 0; layer < shape.n_layers; ++layer) {
    for (const PointRow& row : block_rows()) {
      if (has(shape, row.has)) add(row, layer);
    }
  }
  for (const PointRow& row : last_rows()) {
    if (has(shape, row.has)) add(row, -1);
  }
}

void HookTable::add(const PointRow& row, int64_t layer) {
  const std::string prefix = layer < 0 ? "" : "blocks." + std::to_string(layer) + ".";
  index_[(layer + 1) * kKinds + static_cast<int64_t>(row.kind)] = points_.size();
  points_.push_back({prefix + row.name, row.axes, layer, row.kind, row.on_request});
}

int64_t HookTable::index(PointKind kind, int64_t layer) const {
  return index_.at((layer + 1) * kKinds + static_cast<int64_t>(kind));
}

std::vector<int64_t> HookTable::match(const std::string& pattern) const {
  std::vector<int64_t> found;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const HookPoint& point = points_[i];
    if (point.on_request && !ends_with(pattern, last_word(point.name))) continue;
    if (glob_matches(pattern, point.name)) found.push_back(static_cast<int64_t>(i));
  }
  if (found.empty()) {
    throw Error(ErrorKind::kNotFound)
        .at("hook pattern '" + pattern + "'")
        .fact("no hook point of this model matches it")
        .hint(nearest_points(pattern, names()));
  }
  return found;
}

std::vector<std::string> HookTable::names() const {
  std::vector<std::string> names;
  names.reserve(points_.size());
  for (const HookPoint& point : points_) names.push_back(point.name);
  return names;
}

bool glob_matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

}  // namespace kairo
