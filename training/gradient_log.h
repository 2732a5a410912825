// training.log_gradients: how large the gradient of the training loss is, at each evaluation.
//
// On the evaluation's own fixed training examples with the weights of that step, in a pass of its
// own (core/circuits/gradient_flow.h) that leaves the model and its gradients alone:
// parameters are equal to the byte with logging on and off, and the numbers for any number of
// threads. It costs about as much as updates over as many examples. Nothing is clipped and no decay
// is added.
//
//   gradient_norm/<parameter>    |dL/dW|
//   gradient_segments/<segment>  mean over examples of |dL_i/dx| over the segment's positions, x at
//                                hook_embed; segments: base, selector, target, rest
// Thread rule: one thread calls; the pool's threads do the work.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/circuits/gradient_flow.h"
#include "core/kernels/worker_pool.h"

namespace kairo {

class GradientLog {
 public:
  // Data and pool must outlive this. kShape where the examples differ in where they have labels.
  GradientLog(const Dataset& data, const std::vector<int64_t>& examples, WorkerPool& pool);

  // By the names of metrics.jsonl. A number may be infinite or NaN.
  std::vector<std::pair<std::string, double>> fields(const Model& model) const;

 private:
  const Dataset& data_;
  WorkerPool& pool_;
  LabelledTokens tokens_;
};

}  // namespace kairo
