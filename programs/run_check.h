// Whether the files beside a run's checkpoints can be read and fit them. Every function throws what
// reading the file throws, or kCorrupt naming it. Thread rule: pure.
#pragma once

#include <cstdint>
#include <string>

#include "core/config/options.h"

namespace kairo {

// All sections of config.yaml; those of single probes are left to the programs that know them.
TrainingOptions read_training_options(const std::string& config_file);

struct RunState {
  std::string status;  // "running", "finished", "interrupted", "failed"
  int64_t steps = 0;   // updates done, where it does not run
};

// Of run.json.
RunState read_run_state(const std::string& run_file);

// A run that ended by itself or was interrupted keeps a checkpoint of its last step, one that
// failed has none beyond it; one that runs, or was killed, says nothing.
void check_last_step(const std::string& run_file, const RunState& state, int64_t last_checkpoint);

// A line of metrics.jsonl is on the disk before the checkpoint that follows it: so they begin at 0
// and reach the last checkpoint, up to a part of the spacing. That is `eval_every`, or what the
// lines themselves have: a resumed run may have changed it.
void check_metrics(const std::string& metrics_file, int64_t eval_every, int64_t last_checkpoint);

}  // namespace kairo
