#include "analysis/figures/parameter_groups.h"

#include <algorithm>
#include <cmath>

#include "analysis/plot/palette.h"

namespace kairo {
namespace {

bool begins_with(const std::string& text, const std::string& beginning) {
  return text.rfind(beginning, 0) == 0;
}

// "W_Q" of "blocks.0.attn.W_Q".
std::string last_word(const std::string& name) { return name.substr(name.rfind('.') + 1); }

// "2" of "blocks.2.attn.W_Q" where the part is "attn", else "".
std::string layer_with(const std::string& name, const std::string& part) {
  if (!begins_with(name, "blocks.")) return "";
  const std::size_t begin = std::string("blocks.").size(), end = name.find('.', begin);
  if (end == std::string::npos || !begins_with(name.substr(end + 1), part + ".")) return "";
  return name.substr(begin, end - begin);
}

void add_member(std::vector<ParameterGroup>& groups, const std::string& name, std::size_t member) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const ParameterGroup& each) { return each.name == name; });
  if (found == groups.end()) {
    groups.push_back({name, {member}});
  } else {
    found->members.push_back(member);
  }
}

// Every second line is dashed: weights that grow alike (W_Q and W_K) lie on each other.
int group_style(std::size_t i) {
  const std::size_t color = i % kLineColors.size();
  return static_cast<int>(i % 2 == 0 ? color : color + kLineColors.size());
}

}  // namespace

std::vector<ParameterGroup> groups_by_kind(const Axis& parameters) {
  std::vector<ParameterGroup> groups;
  for (std::size_t i = 0; i < parameters.values.size(); ++i) {
    const std::string word = last_word(parameters.coordinate(i));
    if (begins_with(word, "W_")) add_member(groups, word, i);
  }
  return groups;
}

std::vector<ParameterGroup> of_attention(const std::vector<ParameterGroup>& kinds, bool attention) {
  std::vector<ParameterGroup> chosen;
  for (const ParameterGroup& each : kinds) {
    const bool is =
        each.name == "W_Q" || each.name == "W_K" || each.name == "W_V" || each.name == "W_O";
    if (is == attention) chosen.push_back(each);
  }
  return chosen;
}

std::vector<ParameterGroup> groups_by_layer(const Axis& parameters, const std::string& part) {
  std::vector<ParameterGroup> groups;
  for (std::size_t i = 0; i < parameters.values.size(); ++i) {
    const std::string name = parameters.coordinate(i), layer = layer_with(name, part);
    if (!layer.empty() && begins_with(last_word(name), "W_")) {
      add_member(groups, "layer " + layer, i);
    }
  }
  return groups;
}

Lines group_lines(const Record& record, const SeriesQuantity& quantity,
                  const std::vector<ParameterGroup>& groups) {
  const auto size = static_cast<std::size_t>(quantity.about.size());
  Lines lines;
  for (const ParameterGroup& group : groups) {
    Curve curve;
    curve.name = group.name;
    curve.style = group_style(lines.curves.size());
    curve.steps = steps_of(record);
    for (std::size_t s = 0; s < record.steps.size(); ++s) {
      double squares = 0;
      for (const std::size_t i : group.members) {
        squares += quantity.mean[s * size + i] * quantity.mean[s * size + i];
      }
      curve.y.push_back(std::sqrt(squares));
    }
    lines.curves.push_back(std::move(curve));
  }
  return lines;
}

}  // namespace kairo
