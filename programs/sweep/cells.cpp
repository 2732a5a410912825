#include "programs/sweep/cells.h"

#include <algorithm>
#include <map>
#include <optional>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/config/home_folder.h"
#include "core/config/options.h"
#include "core/config/yaml_source.h"
#include "core/files/atomic_file.h"
#include "core/store/record.h"
#include "programs/sweep/axes.h"

namespace kairo {
namespace {

constexpr char kBaseDirKey[] = "output.base_dir";
constexpr char kSeedKey[] = "experiment.seed";

[[noreturn]] void fail(const std::string& where, const std::string& came,
                       const std::string& hint = "") {
  throw Error(ErrorKind::kConfig).at(where).fact(came).hint(hint);
}

bool has_key(const Overrides& overrides, const std::string& key) {
  return std::any_of(overrides.begin(), overrides.end(),
                     [&](const Override& each) { return each.key == key; });
}

// The overrides of all cells, and the output folder where they name one.
struct CommonOverrides {
  Overrides all;
  std::optional<std::string> base_dir;
};

CommonOverrides common_overrides(const SweepFile& file,
                                 const std::vector<std::string>& command_line) {
  CommonOverrides common;
  common.all = file.set;
  for (const std::string& text : command_line) {
    const Setting setting = parse_override(text);
    if (setting.path == kBaseDirKey) {
      common.base_dir = setting.value.Scalar();
    } else {
      set_override(common.all, setting.path, setting.value.Scalar());
    }
  }
  return common;
}

// Keys that the sweep itself sets, and keys that would override an axis.
void check_keys(const SweepFile& file, const std::vector<std::string>& command_line,
                const Overrides& common, const std::set<std::string>& varied) {
  for (const char* own : {"experiment.name", kBaseDirKey}) {
    if (!has_key(common, own) && varied.count(own) == 0) continue;
    fail(file.file + ": " + own, "the sweep sets this key itself, for each cell",
         "cells are named by `name:`, the folder is set by --output-dir");
  }
  for (const std::string& text : command_line) {
    const std::string key = parse_override(text).path;
    if (varied.count(key) == 0) continue;
    throw Error(ErrorKind::kUsage)
        .at("override " + text)
        .fact("the sweep varies " + key + " itself")
        .hint(key == kSeedKey ? "--seeds LIST gives other seeds"
                              : "copy " + file.file + " and change it");
  }
}

// The record's label: the cell's name without its run, so that runs can be compared by label.
std::string label_of(const SweepFile& file, const AxisPoint& point) {
  const std::string settings = joined_name(point, NamePart::kSettings);
  const std::string label = settings.empty() ? file.name : file.name + "_" + settings;
  return safe_cell_name(label, point_key(point));
}

std::string probe_key(const SweepFile& file, const SweepCell& cell) {
  Sha256 key;
  for (const std::string& text : {file.probe, cell.run, cell.steps, cell.label}) key.add(text);
  std::map<std::string, std::string> settings;  // sorted: their order means nothing
  for (const Override& each : cell.overrides) settings[each.key] = each.value;
  for (const auto& [name, value] : settings) key.add(name + "=" + value);
  return key.hex();
}

std::string seed_of(const CellConfig& config) {
  for (const auto& [path, value] : config.values) {
    if (path == kSeedKey) return value;
  }
  return "";
}

SweepFile with_seeds(const SweepFile& file, const Overrides& common,
                     const std::vector<std::string>& seeds) {
  if (seeds.empty()) return file;
  if (file.is_of_probes()) {
    throw Error(ErrorKind::kUsage)
        .at("--seeds")
        .fact(file.file + " trains no runs: it is a sweep of a probe")
        .hint("leave --seeds out");
  }
  SweepFile sweep = file;
  if (file.seeds.empty()) sweep.unnamed_seed = seed_of(resolve(file.base, common));
  sweep.seeds = seeds;
  return sweep;
}

SweepCell make_cell(const SweepFile& file, const Overrides& common, const AxisPoint& point) {
  SweepCell cell;
  cell.varied = point.overrides;
  for (const Overrides* each : {&common, &point.overrides}) {
    for (const Override& override : *each)
      set_override(cell.overrides, override.key, override.value);
  }
  if (file.is_of_probes()) {
    cell.run = point.run;
    cell.steps = point.steps;
    cell.label = label_of(file, point);
    check_label(cell.label);
    cell.key = probe_key(file, cell);
  } else {
    cell.config = resolve(file.base, cell.overrides);
    cell.key = cell.config.key;
  }
  const std::string name = joined_name(point, NamePart::kAll);
  cell.name = safe_cell_name(name.empty() ? "base" : name, cell.key);
  if (cell.name.rfind("sweep.", 0) == 0) {
    fail(file.file, "no cell may be named " + cell.name, "sweep.json and its like have such names");
  }
  return cell;
}

void refuse_equal(const std::string& file, const std::vector<SweepCell>& cells) {
  std::map<std::string, std::string> name_by_key;
  std::set<std::string> names;
  for (const SweepCell& cell : cells) {
    if (!names.insert(cell.name).second) {
      fail(file, "two cells are named " + cell.name, "give cells a `name:` of their own");
    }
    const auto [first, is_new] = name_by_key.emplace(cell.key, cell.name);
    if (is_new) continue;
    fail(file, "cells " + first->second + " and " + cell.name + " have the same configuration",
         "remove one of them");
  }
}

}  // namespace

RunDirectory Sweep::run(const SweepCell& cell) const {
  if (!file.is_of_probes()) return {folder(), cell.name};
  // A run of another sweep is named SWEEP/CELL.
  const std::size_t slash = cell.run.find('/');
  if (slash == std::string::npos) return {base_dir, cell.run};
  return {RunDirectory(base_dir, cell.run.substr(0, slash)).root(), cell.run.substr(slash + 1)};
}

Sweep make_sweep(const SweepFile& from, const std::vector<std::string>& command_line,
                 const std::vector<std::string>& seeds) {
  const CommonOverrides common = common_overrides(from, command_line);
  const SweepFile file = with_seeds(from, common.all, seeds);
  const std::vector<SweepAxis> axes = axes_of(file);
  check_keys(file, command_line, common.all, varied_keys(file.file, axes));
  if (number_of_points(axes) > kMostCells) {
    fail(file.file, "the sweep has more than " + std::to_string(kMostCells) + " cells",
         "make several sweeps");
  }
  Sweep sweep;
  sweep.file = file;
  sweep.base_dir = expand_home(common.base_dir.value_or(
      file.is_of_probes() ? OutputOptions().base_dir : resolve(file.base, common.all).base_dir));
  for (const AxisPoint& point : product(axes)) {
    sweep.cells.push_back(make_cell(file, common.all, point));
    sweep.run(sweep.cells.back());  // refuses a run's name that would leave the output folder
  }
  refuse_equal(file.file, sweep.cells);
  return sweep;
}

}  // namespace kairo
