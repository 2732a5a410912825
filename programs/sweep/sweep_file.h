// A sweep's YAML file: what it varies, before anything is combined. docs/sweeps.md is its page.
//
//   base: k10_n1000                     probe: logit_lens
//   grid:                               runs: [k10_n1000, k_sweep/k20_bz_to_a_seed0]
//     data.k: [5, 10, 20]               grid:
//   cells: [{name: small, ...}]           probes.logit_lens.positions: [query, all]
//   seeds: [0, 1]                       steps: ["0:1000:100", last]
//   set: {training.max_steps: 3000}     set: {probes.n_examples: 512}
//
// Left: each cell trains a run. Right: each cell replays a probe over a run that is there.
#pragma once

#include <string>
#include <vector>

namespace kairo {

// One `key=value` as train and the probes take it; lists as "[a, b]".
struct Override {
  std::string key;
  std::string value;
  std::string text() const { return key + "=" + value; }
};
using Overrides = std::vector<Override>;  // each key once

// Adds the key, or gives it another value in its place.
void set_override(Overrides& overrides, const std::string& key, const std::string& value);

struct GridAxis {
  std::string key;
  std::vector<std::string> values;  // at least one
};

struct ListedCell {
  std::string name;  // "": made from the overrides
  Overrides overrides;
};

struct SweepFile {
  std::string name;            // the file's, without ".yaml"
  std::string file;            // as found
  std::string base;            // config that every cell begins with; "" in a probe sweep
  Overrides set;               // for all cells
  std::vector<GridAxis> grid;  // in the order of the file
  std::vector<ListedCell> cells;
  std::vector<std::string> seeds;  // values of experiment.seed
  std::string unnamed_seed;        // the one of them that is no part of a cell's name; "" for none
  std::string probe;               // "": a sweep of training runs
  std::vector<std::string> runs;   // below the output folder
  std::vector<std::string> steps;  // selections of checkpoints, as --steps takes them

  bool is_of_probes() const { return !probe.empty(); }
};

// Reads `name`: a path, then configs/sweeps/NAME here, then installed. `defaults:` names a parent,
// as in every config. kConfig naming file, line and the nearest key for anything that is no sweep;
// kUsage where the file's name cannot name a folder. Values are checked later, with their cell.
SweepFile read_sweep_file(const std::string& name);

}  // namespace kairo
