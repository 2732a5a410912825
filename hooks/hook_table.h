// The table of hook points: name, axes and layer of everything a forward pass can be looked at or
// changed at. A model hands its points over; this is the matcher of names.
//
// A pattern is a glob over names ("blocks.*.attn.hook_pattern"; * any run of characters, ? any
// one, [02] one of these). Points on request (a transformer's attn.hook_result, hook_attn_in) cost
// extra work, so a pattern matches them only where it spells their last word out: "*hook_result"
// does, "*" does not. A pattern that matches nothing is kNotFound naming the nearest names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kairo {

struct HookPoint {
  std::string name;               // "blocks.0.attn.hook_q"
  std::vector<std::string> axes;  // {"batch", "pos", "head", "d_head"}
  int64_t layer = -1;             // -1 outside the blocks
  bool on_request = false;
  bool holds_minus_infinity = false;  // where a mask puts it: no sign of a fault
};

class HookTable {
 public:
  // The points that a family hands over, in the order a forward pass meets them.
  explicit HookTable(std::vector<HookPoint> points);

  const std::vector<HookPoint>& points() const { return points_; }
  // Index of a point in points(), or -1 where this model does not have it.
  int64_t index(const std::string& name) const;
  // Indices of the points a pattern matches, ascending; kNotFound where there is none.
  std::vector<int64_t> match(const std::string& pattern) const;
  std::vector<std::string> names() const;

 private:
  std::vector<HookPoint> points_;
  std::map<std::string, int64_t> index_;
};

// * matches any run of characters, ? any one, [0-2] one of these.
bool glob_matches(const std::string& pattern, const std::string& name);

}  // namespace kairo
