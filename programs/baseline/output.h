// The folder of a baseline, outputs/baseline_<name>/: config.yaml, run.json, metrics.jsonl (every
// quantity without axes), record.csv (all quantities, as the records of probes) and
// figures/contrast.{png,svg,csv}.
#pragma once

#include <string>

#include "core/store/record.h"
#include "core/store/run_directory.h"
#include "training/run/run_record.h"

namespace kairo {

// With what a baseline was made.
struct Making {
  std::string config_yaml;
  RunRecord record;
};

// metrics.jsonl: one object an evaluation.
std::string metrics_lines(const Record& record);

// record.csv and metrics.jsonl. kIo.
void write_measurements(const RunDirectory& folder, const Record& record);
// config.yaml and run.json. kIo.
void write_making(const RunDirectory& folder, const Making& making);

}  // namespace kairo
