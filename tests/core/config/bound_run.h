// Every section of a run's config, bound: what tests and fuzzers load a whole config into.
#pragma once

#include "core/config/config_file.h"
#include "core/config/options.h"

namespace kairo {

struct BoundRun {
  BoundRun() {
    binder.bind("experiment", experiment);
    binder.bind("task", task);
    binder.bind("data", data);
    binder.bind("model", model);
    binder.bind("training", training);
    binder.bind("probes", probes);
    binder.bind("probes.processing", probes.processing);
    binder.bind("transitions", transitions);
    binder.bind("output", output);
  }

  ConfigBinder binder;
  ExperimentOptions experiment;
  TaskOptions task;
  DataOptions data;
  ModelOptions model;
  TrainingOptions training;
  ProbesOptions probes;
  TransitionsOptions transitions;
  OutputOptions output;
};

}  // namespace kairo
