// What follows from the options of a training run, and whether they fit the data.
#pragma once

#include "core/config/run_options.h"
#include "core/data/dataset.h"
#include "core/data/task.h"

namespace kairo {

// The request that builds the run's dataset.
TaskRequest task_request(const RunOptions& options);

// Fills model.d_vocab where it is 0. kConfig where sequences are longer than model.n_ctx or the
// vocabulary is larger than model.d_vocab, and where the model's words contradict each other.
void settle_model(RunOptions& options, const Dataset& data);

// kConfig, naming the first key, where `now` differs from `before` in what a resumed run must
// share: every key that decides the trajectory or is a seed (core/config/fields.h's Role).
void check_resumable(RunOptions before, RunOptions now);

}  // namespace kairo
