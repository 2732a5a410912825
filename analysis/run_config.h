// What a run's config.yaml says of the run itself: data, model and training, without the options of
// probes, transitions and output. Thread rule: pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config/options.h"

namespace kairo {

struct RunConfig {
  ExperimentOptions experiment;
  TaskOptions task;
  DataOptions data;
  ModelOptions model;
  TrainingOptions training;

  // By section, for visitors of all fields.
  std::vector<std::pair<std::string, Options*>> sections();
};

// `file` is a run's resolved config.yaml. Throws kNotFound, kCorrupt (cut short), kConfig.
RunConfig read_run_config(const std::string& file);

}  // namespace kairo
