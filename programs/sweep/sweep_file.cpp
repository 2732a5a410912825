#include "programs/sweep/sweep_file.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/config/config_search.h"
#include "core/config/field_values.h"
#include "core/config/whole_config.h"
#include "core/config/yaml_source.h"
#include "core/files/safe_name.h"

namespace kairo {
namespace {

const std::vector<std::string> kKeys = {"base",  "set",   "grid",  "cells",
                                        "seeds", "probe", "steps", "runs"};

[[noreturn]] void fail_sweep(const std::string& where, const std::string& expected,
                             const std::string& came, const std::string& hint = "") {
  throw Error(ErrorKind::kConfig).at(where).expected(expected).came(came).hint(hint);
}

// `set` and `grid` may be written with dots or with the sections of a config.
std::set<std::string> section_names() {
  WholeConfig config;
  std::set<std::string> names;
  for (const std::string outer : {"set", "grid"}) {
    for (const auto& [inner, options] : config.sections()) {
      if (options != &config.output) names.insert(outer + "." + inner);  // no cell's to choose
    }
  }
  return names;
}

std::string scalar_text(const YAML::Node& node, const std::string& where) {
  if (node.IsNull()) return "null";
  if (!node.IsScalar()) fail_sweep(where, "a value", node.IsMap() ? "a section" : "a list");
  return node.Scalar();
}

// A value as an override's text.
std::string value_text(const YAML::Node& node, const std::string& where) {
  if (!node.IsSequence()) return scalar_text(node, where);
  YAML::Emitter emitter;
  emitter << YAML::Flow << YAML::BeginSeq;
  for (const YAML::Node& item : node) emitter << scalar_text(item, where);
  emitter << YAML::EndSeq;
  return emitter.c_str();
}

std::vector<std::string> texts_of(const Setting& setting) {
  if (!setting.value.IsSequence() || setting.value.size() == 0) {
    fail_sweep(setting.where, "", "this is no list of at least one value", "write [a, b]");
  }
  std::vector<std::string> texts;
  for (const YAML::Node& item : setting.value) texts.push_back(value_text(item, setting.where));
  return texts;
}

// The keys of one listed cell, with dots or in sections.
void add_common_overrides(const YAML::Node& node, const std::string& prefix,
                          const std::string& where, ListedCell& cell) {
  if (!node.IsMap())
    fail_sweep(where, "", "a cell is no map of keys", "write each cell as {data.k: 20, ...}");
  for (const auto& entry : node) {
    const std::string key = prefix + scalar_text(entry.first, where);
    const auto same = [&](const Override& each) { return each.key == key; };
    if (key == "name") {
      cell.name = scalar_text(entry.second, where);
      check_safe_name("cell name", cell.name);
    } else if (entry.second.IsMap()) {
      add_common_overrides(entry.second, key + ".", where, cell);
    } else if (std::any_of(cell.overrides.begin(), cell.overrides.end(), same)) {
      fail_sweep(where, "", "key " + shown(key) + " is given twice in one cell");
    } else {
      cell.overrides.push_back({key, value_text(entry.second, where)});
    }
  }
}

std::vector<ListedCell> listed_cells(const Setting& setting) {
  if (!setting.value.IsSequence() || setting.value.size() == 0) {
    fail_sweep(setting.where, "", "this is no list of cells",
               "write each cell as {data.k: 20, ...}");
  }
  std::vector<ListedCell> cells;
  for (const YAML::Node& node : setting.value) {
    cells.emplace_back();
    add_common_overrides(node, "", setting.where, cells.back());
  }
  return cells;
}

void set_axis(std::vector<GridAxis>& grid, const std::string& key,
              std::vector<std::string> values) {
  for (GridAxis& axis : grid) {
    if (axis.key != key) continue;
    axis.values = std::move(values);
    return;
  }
  grid.push_back({key, std::move(values)});
}

// What stands behind `prefix`, or "" where `path` begins otherwise.
std::string behind(const std::string& prefix, const std::string& path) {
  return path.rfind(prefix, 0) == 0 ? path.substr(prefix.size()) : "";
}

void take(const Setting& setting, SweepFile& sweep) {
  using Taker = std::function<void()>;
  const std::map<std::string, Taker> takers = {
      {"base", [&] { sweep.base = scalar_text(setting.value, setting.where); }},
      {"probe", [&] { sweep.probe = scalar_text(setting.value, setting.where); }},
      {"cells", [&] { sweep.cells = listed_cells(setting); }},
      {"seeds", [&] { sweep.seeds = texts_of(setting); }},
      {"runs", [&] { sweep.runs = texts_of(setting); }},
      {"steps", [&] { sweep.steps = texts_of(setting); }}};
  const std::string set_key = behind("set.", setting.path);
  const std::string grid_key = behind("grid.", setting.path);
  const auto taker = takers.find(setting.path);
  if (!set_key.empty()) {
    set_override(sweep.set, set_key, value_text(setting.value, setting.where));
  } else if (!grid_key.empty()) {
    set_axis(sweep.grid, grid_key, texts_of(setting));
  } else if (taker != takers.end()) {
    taker->second();
  } else {
    const std::string nearest = did_you_mean(shown(setting.path), kKeys);
    fail_sweep(setting.origin, "", "unknown key " + shown(setting.path) + " of a sweep",
               nearest.empty() ? "keys of all cells stand under set:" : nearest);
  }
}

void check_kind(const SweepFile& sweep) {
  if (!sweep.is_of_probes()) {
    if (sweep.base.empty()) {
      fail_sweep(sweep.file, "", "the file has neither base: nor probe:",
                 "base: names the config that every cell begins with");
    }
    if (!sweep.runs.empty() || !sweep.steps.empty()) {
      fail_sweep(sweep.file, "", "runs and steps are given without probe",
                 "they belong to a sweep of a probe");
    }
    return;
  }
  check_safe_name("probe", sweep.probe);
  if (!sweep.base.empty() || !sweep.seeds.empty()) {
    fail_sweep(sweep.file, "", "probe with base or seeds",
               "a sweep trains runs or probes those that are there");
  }
  if (sweep.runs.empty()) fail_sweep(sweep.file, "", "runs: names no run to probe");
}

}  // namespace

void set_override(Overrides& overrides, const std::string& key, const std::string& value) {
  for (Override& each : overrides) {
    if (each.key != key) continue;
    each.value = value;
    return;
  }
  overrides.push_back({key, value});
}

SweepFile read_sweep_file(const std::string& name) {
  SweepFile sweep;
  sweep.file = find_config(name, "sweeps");
  sweep.name = std::filesystem::path(sweep.file).stem().string();
  check_safe_name("name of the sweep's file", sweep.name);
  for (const Setting& setting : read_config(sweep.file, section_names())) take(setting, sweep);
  check_kind(sweep);
  if (!sweep.is_of_probes()) sweep.base = find_config(sweep.base);
  return sweep;
}

}  // namespace kairo
