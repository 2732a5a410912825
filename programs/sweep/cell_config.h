// What a training cell is: its resolved configuration, and whether a run that is there is the same.
//
// A cell's key is the SHA-256 over every value that decides what the run computes and keeps:
// experiment.seed, task.*, data.*, model.* and training.* but log_every (all but Role::kLabels),
// each as "path=value", in the order of the options' own list. Names and folders do not enter;
// probes and transitions, with which a trained run may be analyzed anew, have a key of their own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "programs/sweep/sweep_file.h"

namespace kairo {

struct CellConfig {
  std::vector<std::pair<std::string, std::string>> values;  // of the key, in its order
  std::string key;                                          // 64 hex digits
  // probes.* and transitions.*, with what the base sets of single probes, and their key.
  std::vector<std::pair<std::string, std::string>> analysis;
  std::string analysis_key;
  std::string base_dir;  // output.base_dir
  std::string yaml;      // everything, with where each value came from
};

// The config `base` (a file) with overrides; later ones win. kConfig for what its options refuse.
// Keys of single probes are not known here: the programs that a cell starts check them, and one
// that is set nowhere has no value.
CellConfig resolve(const std::string& base, const Overrides& overrides);

// "data.k is 10 there and 20 here" for the first value in which the run that `config_file` (a run's
// config.yaml) was made with differs; "" where it is the same cell.
std::string difference(const CellConfig& cell, const std::string& config_file);

// The values of `cell.analysis` that `config_file` lacks or has otherwise: what analyze must be
// told about that run.
Overrides analysis_difference(const CellConfig& cell, const std::string& config_file);

}  // namespace kairo
