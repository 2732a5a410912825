#include "programs/sweep/cell_config.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/base/sha256.h"
#include "core/config/field_printer.h"
#include "core/config/yaml_source.h"
#include "core/data/dataset_summary.h"
#include "core/files/atomic_file.h"
#include "programs/run_setup.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

using TextByPath = std::map<std::string, std::string>;  // by path

void add_values(const std::string& path, const YAML::Node& node, TextByPath& values) {
  if (!node.IsMap()) {
    YAML::Emitter text;
    text << YAML::Flow << node;
    values[path] = node.IsScalar() ? node.Scalar() : text.c_str();
    return;
  }
  for (const auto& entry : node)
    add_values(path + "." + entry.first.Scalar(), entry.second, values);
}

// As written: what a single probe's keys mean is for the probe to say.
TextByPath probe_values(const std::string& base, const std::vector<std::string>& overrides) {
  std::vector<Setting> settings = read_config(base, {"probes"});
  for (const std::string& each : overrides) settings.push_back(parse_override(each));
  TextByPath values;
  for (const Setting& each : settings) {
    if (each.path.rfind("probes.", 0) == 0) add_values(each.path, each.value, values);
  }
  return values;
}

void add_analysis(RunSettings& settings, TextByPath values, CellConfig& cell) {
  for (const auto& [path, value, role] :
       values_by_path({{"probes", &settings.probes},
                       {"probes.processing", &settings.probes.processing},
                       {"transitions", &settings.transitions}})) {
    values[path] = value;
  }
  cell.analysis.assign(values.begin(), values.end());
  Sha256 key;
  for (const auto& [path, value] : cell.analysis) key.add(path + "=" + value);
  cell.analysis_key = key.hex();
}

// What a resolved config has for a key that another one decides: steps that follow from epochs, a
// warm-up from its fraction. Those other keys are compared themselves.
bool is_decided_elsewhere(const std::string& path, const CellConfig& cell) {
  const std::string decides = path == "training.max_steps"      ? "training.epochs"
                              : path == "training.warmup_steps" ? "training.warmup_fraction"
                                                                : "";
  return std::any_of(cell.values.begin(), cell.values.end(),
                     [&](const auto& each) { return each.first == decides && each.second != "0"; });
}

// A run writes down the number that a d_vocab of 0 stood for: the tokens of its dataset.
bool is_the_tasks(const std::string& path, const std::string& value, const std::string& other,
                  const std::string& config_file) {
  if (path != "model.d_vocab" || value != "0") return false;
  const fs::path dataset = fs::path(config_file).parent_path() / "dataset.h5";
  if (!fs::exists(dataset)) return true;
  return other == std::to_string(read_dataset_summary(dataset.string()).d_vocab);
}

}  // namespace

CellConfig resolve(const std::string& base, const Overrides& overrides) {
  RunSettings settings;
  ConfigBinder binder;
  bind_settings(binder, settings, {});
  binder.pass_over("probes");
  std::vector<std::string> texts;
  for (const Override& each : overrides) texts.push_back(each.text());
  binder.load(base, texts);
  settings.run.model->check();

  CellConfig cell;
  Sha256 key;
  for (const auto& [path, value, role] : values_by_path(settings.run.sections())) {
    if (role == Role::kLabels) continue;
    cell.values.emplace_back(path, value);
    key.add(path + "=" + value);
  }
  cell.key = key.hex();
  add_analysis(settings, probe_values(base, texts), cell);
  cell.base_dir = settings.output.base_dir;
  cell.yaml = binder.to_yaml(/*with_provenance=*/true);
  return cell;
}

std::string difference(const CellConfig& cell, const std::string& config_file) {
  const CellConfig there = resolve(config_file, {});
  for (std::size_t i = 0; i < cell.values.size(); ++i) {
    const auto& [path, value] = cell.values[i];
    const std::string& other = there.values[i].second;
    const bool is_same = other == value || is_the_tasks(path, value, other, config_file) ||
                         is_decided_elsewhere(path, cell);
    if (is_same) continue;
    return path + " is " + other + " there and " + value + " here";
  }
  return "";
}

Overrides analysis_difference(const CellConfig& cell, const std::string& config_file) {
  const CellConfig there = resolve(config_file, {});
  const TextByPath values(there.analysis.begin(), there.analysis.end());
  Overrides different;
  for (const auto& [path, value] : cell.analysis) {
    const auto same = values.find(path);
    if (same == values.end() || same->second != value) different.push_back({path, value});
  }
  return different;
}

}  // namespace kairo
