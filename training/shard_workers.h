// Loss and gradient of a batch, cut into shards.
//
// Invariants:
//  - A batch of n examples is cut into `shards` fixed row ranges, [i·n/shards, (i+1)·n/shards),
//  whatever
//    the number of threads; each shard's sum goes into a gradient buffer of its own, and these are
//    added in shard order. So loss and gradient are equal to the bit for any number of threads.
//  - The loss is the summed cross-entropy of the shards' loss tokens over the batch's number of
//  loss
//    tokens, never a mean of means (shards differ in size).
//  - Nothing but the model's gradient buffer changes.
//  - A batch goes to the model's device when it is due; examples may differ in length and labels.
// Thread rule: belongs to one thread; the pool's threads do the work.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/pass_random.h"
#include "core/data/dataset.h"
#include "core/kernels/worker_pool.h"
#include "core/model/batch.h"
#include "core/model/model.h"

namespace kairo {

// What to look at or change in a shard's pass. Asked for on the calling thread, in shard order,
// before the first shard begins. The hooks are then called on a worker thread: those of one shard
// one after another, those of different shards at once, so that what they write must be the
// shard's own or locked.
using ShardHooks = std::function<Hooks(int64_t shard)>;

struct BatchGradient {
  double loss = 0;  // nats a token
  double norm = 0;  // Euclidean, of the whole gradient
};

class ShardWorkers {
 public:
  // Model, data and pool must outlive this. Gradients of `frozen` are zero, also in the norm.
  ShardWorkers(Model& model, const Dataset& data, WorkerPool& pool, int64_t shards,
               std::vector<ParameterView> frozen = {});

  // Replaces the model's gradients by those of the batch's loss. `examples`: at least one; of a
  // shard without any no hook is called. What a worker or a hook throws is thrown here. Without
  // `random` the passes draw nothing: no dropout.
  BatchGradient forward_backward(const std::vector<int64_t>& examples,
                                 const ShardHooks& hooks = no_hooks,
                                 const std::optional<UpdateRandom>& random = {});
  // The same for several batches as if they were one, one after the other in the memory of one: the
  // shards' gradients are added in the order batch, shard. Equal to the bit to one batch of all
  // examples with as many shards as these have together, where its shards have the same rows.
  // Hooks are asked for before each batch.
  BatchGradient forward_backward(const std::vector<std::vector<int64_t>>& batches,
                                 const ShardHooks& hooks = no_hooks,
                                 const std::optional<UpdateRandom>& random = {});
  static Hooks no_hooks(int64_t) { return {}; }

  // The same pass once more, looking at every hook point: where its first number that is not finite
  // stands (training/not_finite.h), of the first shard that has one; "" where all are finite.
  // Leaves the model's gradients alone.
  std::string first_not_finite(const std::vector<std::vector<int64_t>>& batches,
                               const std::optional<UpdateRandom>& random = {});

 private:
  // Some rows of a batch, and what their pass draws from.
  struct Rows {
    LabelledTokens tokens;
    PassRandom random;
  };

  double run_shard(int64_t shard, const Rows& rows, int64_t n_tokens, const Hooks& hooks);
  void pass(const Rows& batch, int64_t n_tokens, const ShardHooks& hooks);
  // The parts' sum, in their order, into the model's gradients; returns its norm.
  double sum_of(const std::vector<at::Tensor>& parts);
  Rows rows_of(int64_t shard, const Rows& batch) const;
  std::string first_not_finite(const Rows& batch, int64_t n_tokens);

  Model& model_;
  WorkerPool& pool_;
  const Dataset& data_;
  std::vector<std::unique_ptr<Model>> shards_;
  std::vector<ParameterView> frozen_;
  std::vector<double> losses_;         // [shard], sums
  std::vector<at::Tensor> gradients_;  // [shard]
  std::vector<double> squares_;        // [flat block], of the sum
};

}  // namespace kairo
