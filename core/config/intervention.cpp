#include "core/config/intervention.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/config/field_printer.h"
#include "core/config/field_reader.h"
#include "core/config/field_values.h"
#include "core/config/yaml_source.h"

namespace kairo {
namespace {

constexpr char kListKey[] = "interventions";
constexpr int64_t kMostPositions = int64_t{1} << 20;

const Names<InterventionKind> kKindNames = {{InterventionKind::kZero, "zero"},
                                            {InterventionKind::kMean, "mean"},
                                            {InterventionKind::kResample, "resample"},
                                            {InterventionKind::kPatch, "patch"},
                                            {InterventionKind::kAdd, "add"}};

// What a kind takes beside `at`, `positions` and `heads`.
struct Takes {
  bool from = false;
  bool from_is_needed = false;
  bool order = false;
  bool vector = false;
};

Takes takes(InterventionKind kind) {
  switch (kind) {
    case InterventionKind::kZero:
      break;
    case InterventionKind::kMean:
      return {true, false, false, false};
    case InterventionKind::kResample:
      return {false, false, true, false};
    case InterventionKind::kPatch:
      return {true, true, false, false};
    case InterventionKind::kAdd:
      return {false, false, false, true};
  }
  return {};
}

[[noreturn]] void refuse_intervention(const std::string& where, const std::string& fact,
                                      const std::string& hint = "") {
  throw Error(ErrorKind::kConfig).at(where).fact(fact).hint(hint);
}

std::string at_intervention_line(const std::string& file, const YAML::Node& node) {
  return file + ":" + std::to_string(node.Mark().line + 1);
}

void refuse_unknown(const std::string& key, const std::string& where) {
  Intervention any;
  std::vector<std::string> names;
  for (const Field& field : any.fields()) names.emplace_back(field.name);
  if (contains(names, key)) return;
  throw Error(ErrorKind::kConfig)
      .at(where)
      .fact("unknown key " + shown(key))
      .hint(did_you_mean(shown(key), names));
}

Intervention read_one(const YAML::Node& node, const std::string& file) {
  const std::string where = at_intervention_line(file, node);
  if (!node.IsMap())
    refuse_intervention(where, "this is no intervention",
                        "write for example {kind: zero, at: hook_embed}");
  SettingsByPath settings;
  for (const auto& entry : node) {
    const std::string at = at_intervention_line(file, entry.first);
    if (!entry.first.IsScalar())
      refuse_intervention(at, "the name of this key is not one word", "write key: value");
    const std::string& key = entry.first.Scalar();
    refuse_unknown(key, at);
    const std::string path = std::string(kListKey) + "." + key;
    if (settings.count(path) > 0)
      refuse_intervention(at, "the key " + key + " is given twice", "remove one");
    settings[path].push_back({path, entry.second, at, at + ": " + key, false});
  }
  Intervention intervention;
  check_settings(kListKey, intervention, settings);
  assign_settings(kListKey, intervention, settings);
  check(intervention, where);
  return intervention;
}

}  // namespace

std::vector<Field> Intervention::fields() {
  const IntRange positions_range{-kMostPositions, kMostPositions};
  return {
      {"kind", kind, kKindNames, "What is done there."},
      {"at", at, {}, "Hook points, a glob: blocks.*.attn.hook_z."},
      {"positions", positions, positions_range, "Where; negative from the end; empty: all."},
      {"heads", heads, {0, kMostPositions}, "Of points that have heads; empty: all."},
      {"from", from, {}, "patch, mean: the run whose values are taken."},
      {"order", order, {0, kMostPositions}, "resample: whose values each example gets."},
      {"vector", vector, {}, "add: one number for each place of the last axis."},
      {"scale", scale, {}, "add: the vector's factor."},
  };
}

void check(const Intervention& intervention, const std::string& where) {
  const Takes taken = takes(intervention.kind);
  const std::string kind = name_in(kKindNames, intervention.kind);
  const auto require = [&](bool given, bool needed, bool known, const char* field) {
    if (needed && !given)
      refuse_intervention(where, kind + " needs " + field + ", which is not given");
    if (given && !known) refuse_intervention(where, kind + " takes no " + field, "leave it out");
  };
  require(!intervention.at.empty(), true, true, "at");
  require(!intervention.from.empty(), taken.from_is_needed, taken.from, "from");
  require(!intervention.order.empty(), taken.order, taken.order, "order");
  require(!intervention.vector.empty(), taken.vector, taken.vector, "vector");
  require(intervention.scale != 1, false, taken.vector, "scale");
}

std::string to_text(const Intervention& intervention) {
  Intervention given = intervention, plain;
  const std::vector<Field> values = given.fields(), defaults = plain.fields();
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool always = values[i].name == std::string("kind");
    if (!always && values[i].value() == defaults[i].value()) continue;
    text +=
        (text.empty() ? "{" : ", ") + std::string(values[i].name) + ": " + value_text(values[i]);
  }
  return text + "}";
}

std::string to_yaml(const std::vector<Intervention>& interventions) {
  std::string yaml = std::string(kListKey) + ":" + (interventions.empty() ? " []" : "") + "\n";
  for (const Intervention& each : interventions) yaml += "  - " + to_text(each) + "\n";
  return yaml;
}

std::vector<Intervention> read_interventions(const std::string& file) {
  const YAML::Node root = read_yaml(file);
  const bool has_list =
      root.IsMap() && root.size() == 1 && root[kListKey].IsDefined() && root[kListKey].IsSequence();
  if (!has_list || root[kListKey].size() == 0) {
    throw Error(ErrorKind::kConfig)
        .at(file)
        .fact("there is no list of interventions under \"interventions:\"")
        .hint("write one or more such as - {kind: zero, at: hook_embed}");
  }
  std::vector<Intervention> interventions;
  for (const YAML::Node& node : root[kListKey]) interventions.push_back(read_one(node, file));
  return interventions;
}

}  // namespace kairo
