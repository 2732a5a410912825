// The folder of a baseline, outputs/baseline_<name>/: config.yaml, run.json, metrics.jsonl (every
// quantity without axes), record.csv (all quantities, as the records of probes) and
// figures/contrast.{png,svg,csv}.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/store/record.h"
#include "core/store/run_directory.h"

namespace kairo {

// With what a baseline was made.
struct Making {
  std::vector<std::string> command;
  std::string config_yaml;
  int64_t seed = 0;
  std::string start;  // ISO 8601, UTC
};

// metrics.jsonl: one object an evaluation.
std::string metrics_lines(const Record& record);

// record.csv and metrics.jsonl. kIo.
void write_measurements(const RunDirectory& folder, const Record& record);
// config.yaml and run.json, which says how far it came. kIo.
void write_making(const RunDirectory& folder, const Making& making, int64_t steps);

}  // namespace kairo
