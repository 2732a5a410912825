// The axes of a sweep and their product, and the names that its points give to cells.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "programs/sweep/sweep_file.h"

namespace kairo {

// One value of one axis; also the combination of one value of each.
struct AxisPoint {
  std::vector<std::string> run_names;      // parts of the cell's name that name the run
  std::vector<std::string> setting_names;  // the other parts
  Overrides overrides;
  std::string run;
  std::string steps;
};
using SweepAxis = std::vector<AxisPoint>;

enum class NamePart { kAll, kSettings };

// runs, cells, each key of the grid, steps, seeds: those that the file has, in this order.
std::vector<SweepAxis> axes_of(const SweepFile& file);

// All keys of all axes. kConfig, naming `file`, where two axes have the same one.
std::set<std::string> varied_keys(const std::string& file, const std::vector<SweepAxis>& axes);

// Saturates instead of overflowing. 1 without axes.
std::size_t number_of_points(const std::vector<SweepAxis>& axes);

// Every combination, the last axis running fastest.
std::vector<AxisPoint> product(const std::vector<SweepAxis>& axes);

// The parts joined by "_"; may be empty or no safe name yet.
std::string joined_name(const AxisPoint& point, NamePart part);

// A hash of what the point sets, its run left out.
std::string point_key(const AxisPoint& point);

// `name` where it is a safe name (core/files/safe_name.h) of at most 80 characters; else made one,
// with "_" and the first 8 digits of `key` at its end, so that two names stay two.
std::string safe_cell_name(const std::string& name, const std::string& key);

}  // namespace kairo
