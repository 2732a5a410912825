// What follows from the options of a training run, and whether they fit the data.
#pragma once

#include "core/config/run_options.h"
#include "core/data/dataset.h"
#include "core/data/task.h"

namespace kairo {

// The request that builds the run's dataset.
TaskRequest task_request(const RunOptions& options);

// Fills what follows from the data: model.d_vocab where it is 0, training.max_steps where epochs
// are given, training.warmup_steps where warmup_fraction is. An epoch has its short last batch; the
// last step is the one that ends the last epoch. A second call changes nothing. kConfig where one
// of two keys that exclude each other is neither at its default nor what the other makes it; where
// sequences are longer than model.n_ctx or the vocabulary is larger than model.d_vocab, and where
// the model's words contradict each other.
void settle(RunOptions& options, const Dataset& data);

// The model's words with the seed that draws its weights: model.seed, or while that is -1
// experiment.seed, so that repeats of a run differ in weights too.
ModelSection seeded_model(const RunOptions& options);

// kConfig, naming the first key, where `now` differs from `before` in what a resumed run must
// share: every key that decides the trajectory or is a seed (core/config/fields.h's Role).
void check_resumable(RunOptions before, RunOptions now);

}  // namespace kairo
