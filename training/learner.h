// The learner: model, optimiser, order of examples, and the one update that joins them.
//
//   batches -> loss and gradient in shards -> norm -> clip -> optimiser step with lr(s)
//
// An update takes training.accumulate batches. Parameters of training.frozen keep their values.
//
// Clipping: gradients are multiplied by clip_norm/norm where their Euclidean norm exceeds
// clip_norm. Equal options give equal parameters to the bit for any number of threads on one
// instruction set of the CPU. Thread rule: belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/store/checkpoint.h"
#include "training/optim/frozen.h"
#include "training/optim/optimizer.h"
#include "training/run/batches.h"
#include "training/run/run_options.h"
#include "training/shard_workers.h"
#include "training/snapshot.h"

namespace kairo {

struct UpdateReport {
  int64_t step = 0;  // that the update leads to
  double loss = 0;   // of the batch before the update, nats a token
  double learning_rate = 0;
  double grad_norm = 0;  // before clipping
  // False where loss or norm is not finite: parameters, optimiser and step are then as before.
  bool applied = false;
  std::string not_finite;  // where not applied: training/not_finite.h's first bad gradient, or ""
};

class Learner {
 public:
  // A freshly initialised model on `device`. `options` are settled (settle); data and pool
  // must outlive this.
  Learner(const RunOptions& options, const Dataset& data, WorkerPool& pool,
          at::Device device = at::kCPU);

  // `hooks` of the pass over the batch: training/shard_workers.h.
  UpdateReport update(const ShardHooks& hooks = ShardWorkers::no_hooks);
  // After an update that was not applied: the first hook point of a pass over its batches that is
  // not finite (ShardWorkers::first_not_finite).
  std::string find_anomaly();

  int64_t step() const { return step_; }  // updates done
  const Model& model() const { return *model_; }
  const Batches& batches() const { return batches_; }

  // Parameters, order of examples and, where asked for, the optimiser, copied.
  void copy_to(LearnerSnapshot& snapshot, bool with_optimizer) const;
  // The snapshot's arrays by name, with the model's words. Reads nothing that an update changes:
  // any thread may call it, beside update() too.
  Checkpoint to_checkpoint(const LearnerSnapshot& snapshot) const;
  // Before the first update: begins with these weights instead of drawn ones. kCorrupt, naming
  // `where`, for a parameter that is missing, unknown or of another shape.
  void begin_with(const std::vector<NamedArray>& parameters, const std::string& where);
  // kCorrupt, naming `where`, for what is missing or does not fit; kConfig for a float64 model.
  void restore(const Checkpoint& checkpoint, const std::string& where);

 private:
  UpdateRandom random() const { return {seed_, step_ + 1}; }  // of the next update

  TrainingOptions options_;
  uint64_t seed_;
  WorkerPool& pool_;
  std::unique_ptr<Model> model_;
  Batches batches_;
  std::unique_ptr<Optimizer> optimizer_;
  std::vector<ParameterView> frozen_;
  FrozenValues frozen_values_;
  ShardWorkers workers_;
  int64_t step_ = 0;
  std::vector<std::vector<int64_t>> batch_;  // of the last update
};

}  // namespace kairo
