// The options that decide what a training run computes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config/options.h"
#include "core/data/dataset.h"
#include "core/data/task.h"

namespace kairo {

struct RunOptions {
  ExperimentOptions experiment;
  TaskOptions task;
  DataOptions data;
  ModelOptions model;
  TrainingOptions training;
};

// The request that builds the run's dataset.
TaskRequest task_request(const RunOptions& options);

// Fills model.d_vocab where it is 0. kConfig where sequences are longer than model.n_ctx or the
// vocabulary is larger than model.d_vocab, and where the model's words contradict each other.
void settle_model(RunOptions& options, const Dataset& data);

// kConfig, naming the first key, where `now` differs from `before` in what a resumed run must
// share: task.*, data.*, model.*, experiment.seed and the training keys that shape an update or its
// schedule (all but those of evaluation, checkpoints, stopping and logging).
void check_resumable(RunOptions before, RunOptions now);

}  // namespace kairo
