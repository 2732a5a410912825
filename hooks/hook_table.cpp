#include "hooks/hook_table.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/nearest_name.h"

namespace kairo {

namespace {

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

HookTable::HookTable(std::vector<HookPoint> points) : points_(std::move(points)) {
  for (std::size_t i = 0; i < points_.size(); ++i) {
    index_[points_[i].name] = static_cast<int64_t>(i);
  }
}

int64_t HookTable::index(const std::string& name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? -1 : found->second;
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
