#include "programs/sweep/axes.h"

#include <algorithm>
#include <limits>
#include <map>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/config/field_values.h"
#include "core/files/atomic_file.h"
#include "core/files/safe_name.h"

namespace kairo {
namespace {

constexpr std::size_t kLongestName = 80;
constexpr std::size_t kKeyDigits = 8;

std::string last_word(const std::string& key) {
  const std::size_t dot = key.rfind('.');
  return dot == std::string::npos ? key : key.substr(dot + 1);
}

// How often each last word occurs among the keys that a file varies.
using WordCounts = std::map<std::string, int>;

WordCounts count_words(const SweepFile& file) {
  std::set<std::string> keys;
  for (const GridAxis& axis : file.grid) keys.insert(axis.key);
  for (const ListedCell& cell : file.cells) {
    for (const Override& each : cell.overrides) keys.insert(each.key);
  }
  if (!file.seeds.empty()) keys.insert("experiment.seed");
  WordCounts counts;
  for (const std::string& key : keys) ++counts[last_word(key)];
  return counts;
}

// "[1, 10]" -> "1+10"
std::string list_name(const std::string& list) {
  std::string name;
  for (const char c : list) {
    if (c == ',') name += '+';
    if (std::string(",[] ").find(c) == std::string::npos) name += c;
  }
  return name;
}

// A text says by itself what it is; a number, a truth value or a list does not.
std::string name_of(const Override& each, const WordCounts& counts) {
  const bool is_number = real_in(each.value).has_value();
  const bool is_flag = flag_in(each.value).has_value();
  const bool is_list = !each.value.empty() && each.value.front() == '[';
  const auto count = counts.find(last_word(each.key));
  const bool is_shared = count != counts.end() && count->second > 1;
  if (is_shared) return each.key + each.value;
  if (is_list) return last_word(each.key) + list_name(each.value);
  return is_number || is_flag ? last_word(each.key) + each.value : each.value;
}

SweepAxis axis_of_cells(const SweepFile& file, const WordCounts& counts) {
  SweepAxis axis;
  for (const ListedCell& cell : file.cells) {
    AxisPoint point;
    point.overrides = cell.overrides;
    if (!cell.name.empty()) point.setting_names = {cell.name};
    for (const Override& each : cell.overrides) {
      if (cell.name.empty()) point.setting_names.push_back(name_of(each, counts));
    }
    axis.push_back(point);
  }
  return axis;
}

SweepAxis axis_of_key(const GridAxis& grid, const WordCounts& counts) {
  SweepAxis axis;
  for (const std::string& value : grid.values) {
    AxisPoint point;
    point.overrides = {{grid.key, value}};
    point.setting_names = {name_of(point.overrides.front(), counts)};
    axis.push_back(point);
  }
  return axis;
}

SweepAxis axis_of_seeds(const SweepFile& file, const WordCounts& counts) {
  SweepAxis axis = axis_of_key({"experiment.seed", file.seeds}, counts);
  for (AxisPoint& point : axis) {
    if (point.overrides.front().value == file.unnamed_seed) point.setting_names.clear();
  }
  return axis;
}

SweepAxis axis_of_runs(const std::vector<std::string>& runs) {
  SweepAxis axis;
  for (const std::string& run : runs) {
    AxisPoint point;
    point.run = run;
    point.run_names = {run};
    // SWEEP/CELL; a path may not be part of a name.
    std::replace(point.run_names[0].begin(), point.run_names[0].end(), '/', '-');
    axis.push_back(point);
  }
  return axis;
}

SweepAxis axis_of_steps(const std::vector<std::string>& steps) {
  SweepAxis axis;
  for (const std::string& each : steps) {
    AxisPoint point;
    point.steps = each;
    // One selection for all tells no cell from another.
    if (steps.size() > 1) {
      std::string name = "steps" + each;
      std::replace(name.begin(), name.end(), ':', '-');
      std::replace(name.begin(), name.end(), ',', '+');
      point.setting_names = {name};
    }
    axis.push_back(point);
  }
  return axis;
}

AxisPoint combined(const AxisPoint& a, const AxisPoint& b) {
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  AxisPoint both = a;
  append(both.run_names, b.run_names);
  append(both.setting_names, b.setting_names);
  append(both.overrides, b.overrides);
  if (!b.run.empty()) both.run = b.run;
  if (!b.steps.empty()) both.steps = b.steps;
  return both;
}

}  // namespace

std::vector<SweepAxis> axes_of(const SweepFile& file) {
  const WordCounts counts = count_words(file);
  std::vector<SweepAxis> axes;
  if (!file.runs.empty()) axes.push_back(axis_of_runs(file.runs));
  if (!file.cells.empty()) axes.push_back(axis_of_cells(file, counts));
  for (const GridAxis& each : file.grid) axes.push_back(axis_of_key(each, counts));
  if (!file.steps.empty()) axes.push_back(axis_of_steps(file.steps));
  if (!file.seeds.empty()) axes.push_back(axis_of_seeds(file, counts));
  return axes;
}

std::set<std::string> varied_keys(const std::string& file, const std::vector<SweepAxis>& axes) {
  std::set<std::string> all;
  for (const SweepAxis& axis : axes) {
    std::set<std::string> keys;
    for (const AxisPoint& point : axis) {
      for (const Override& each : point.overrides) keys.insert(each.key);
    }
    for (const std::string& key : keys) {
      if (all.insert(key).second) continue;
      throw Error(ErrorKind::kConfig)
          .at(file)
          .fact("key " + shown(key) + " is given under two of cells, grid and seeds")
          .hint("remove it from one");
    }
  }
  return all;
}

std::size_t number_of_points(const std::vector<SweepAxis>& axes) {
  const std::size_t most = std::numeric_limits<std::size_t>::max();
  std::size_t n = 1;
  for (const SweepAxis& axis : axes) n = n > most / axis.size() ? most : n * axis.size();
  return n;
}

std::vector<AxisPoint> product(const std::vector<SweepAxis>& axes) {
  std::vector<AxisPoint> points(1);
  for (const SweepAxis& axis : axes) {
    std::vector<AxisPoint> next;
    for (const AxisPoint& point : points) {
      for (const AxisPoint& each : axis) next.push_back(combined(point, each));
    }
    points = std::move(next);
  }
  return points;
}

std::string joined_name(const AxisPoint& point, NamePart part) {
  std::vector<std::string> parts;
  if (part == NamePart::kAll) parts = point.run_names;
  parts.insert(parts.end(), point.setting_names.begin(), point.setting_names.end());
  std::string name;
  for (const std::string& each : parts) name += (name.empty() ? "" : "_") + each;
  return name;
}

std::string point_key(const AxisPoint& point) {
  Sha256 key;
  key.add(point.steps);
  for (const Override& each : point.overrides) key.add(each.text());
  return key.hex();
}

std::string safe_cell_name(const std::string& name, const std::string& key) {
  std::string safe = name.substr(0, kLongestName);
  for (char& c : safe) {
    if (!is_safe_in_name(c)) c = '-';
  }
  if (!safe.empty() && !may_begin_name(safe.front())) safe.front() = '_';
  return safe == name ? name : safe + "_" + key.substr(0, kKeyDigits);
}

}  // namespace kairo
