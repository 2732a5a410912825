// sweep.json: the cells of a sweep, where each one's results lie, and how far it is. Written
// atomically whenever a cell changes; docs/file-formats.md describes it.
//
// Invariant: a name stands once, among the cells of the last command or among the others.
#pragma once

#include <string>
#include <vector>

#include "programs/sweep/sweep_file.h"

namespace kairo {

enum class CellStatus { kWaiting, kQueued, kRunning, kTrained, kDone, kFailed, kInterrupted };

// "waiting", "queued", ...
const std::string& name_of(CellStatus status);

struct CellRecord {
  std::string name;
  std::string key;
  Overrides varied;
  Overrides overrides;
  std::string run;     // folder of the run, relative to sweep.json's: "k10_seed0", "../k10_n1000"
  std::string record;  // probe sweeps: the record, likewise; "" in a training sweep
  CellStatus status = CellStatus::kWaiting;
  double seconds = 0;    // of the last attempt
  std::string error;     // of a failure, one line
  std::string analysis;  // CellConfig::analysis_key that the cell was analyzed with
  // While its task at Slurm has not been gathered: "123_0", or "<name of the array>_0" where it is
  // not known whether it was submitted.
  std::string slurm_task;
  std::string
      slurm_analysis;  // CellConfig::analysis_key that the task analyzes with; "": it does not
};

struct Manifest {
  std::string sweep;
  std::string config;              // file of the sweep
  std::string base;                // training sweeps
  std::string probe;               // probe sweeps
  std::vector<CellRecord> cells;   // of the last command, in its order
  std::vector<CellRecord> others;  // of earlier ones alone, by name; each as it was left
};

// An empty one where there is no file. kCorrupt for one that cannot be understood.
Manifest read_manifest(const std::string& path);
void write_manifest(const std::string& path, const Manifest& manifest);

}  // namespace kairo
