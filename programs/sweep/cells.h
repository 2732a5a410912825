// From a sweep's file to its cells: the product of its axes (cells, each key of the grid, seeds;
// for probes also runs and steps), each with a name, a content key and its overrides.
//
// Later wins: base, set, the command line, the cell. So that no value is lost in silence, a key may
// be varied by one axis only, and not be overridden on the command line where an axis varies it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/store/run_directory.h"
#include "programs/sweep/cell_config.h"
#include "programs/sweep/sweep_file.h"

namespace kairo {

constexpr std::size_t kMostCells = 10000;

struct SweepCell {
  // "k10_bz_to_a_seed0": a text value as it is, a number behind its key's last word. Where that is
  // no safe name or is over 80 characters, it is made one and ends in the first digits of the key.
  std::string name;
  std::string key;      // 64 hex digits
  Overrides overrides;  // all of them, for train or the probe
  Overrides varied;     // those of the axes
  CellConfig config;    // training sweeps
  std::string run;      // probe sweeps: the run, below the output folder
  std::string steps;    // probe sweeps: --steps; "": all
  std::string label;    // probe sweeps: of the record
};

struct Sweep {
  SweepFile file;
  std::string base_dir;  // folder of all runs
  std::vector<SweepCell> cells;

  // outputs/<sweep>: its cells' runs and logs, sweep.json.
  std::string folder() const { return base_dir + "/" + file.name; }
  std::string cell_folder(const SweepCell& cell) const { return folder() + "/" + cell.name; }
  std::string log(const SweepCell& cell) const { return cell_folder(cell) + "/sweep.log"; }
  // The run that the cell makes, or probes.
  RunDirectory run(const SweepCell& cell) const;
};

// Expands and resolves. `command_line`: overrides for all cells ("training.max_steps=100").
// `seeds`: values of experiment.seed instead of the file's; where the file has none, the cells of
// the seed that they have anyway keep their names, so that runs that are there are found. kConfig
// or kUsage for values that the options refuse, a key in two axes, a key that the sweep sets itself
// (experiment.name, output.base_dir), cells of equal name or equal key, more than kMostCells.
Sweep make_sweep(const SweepFile& file, const std::vector<std::string>& command_line,
                 const std::vector<std::string>& seeds = {});

}  // namespace kairo
