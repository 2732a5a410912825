// The options that decide what a training run computes, and the one list of their sections.
#pragma once

#include "core/config/data_section.h"
#include "core/config/optimizer_options.h"
#include "core/config/options.h"

namespace kairo {

struct RunOptions {
  ExperimentOptions experiment;
  TaskOptions task;
  DataSection data;
  ModelSection model;
  TrainingOptions training;
  OptimizerOptions optimizer;

  // In the order of a resolved config. Points into this.
  Sections sections();
};

}  // namespace kairo
