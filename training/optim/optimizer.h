// An optimiser: one file over flat parameters, built by name.
//
// To add one: a file pair that implements this, and a line in the table of optimizer.cpp.
// Thread rule: belongs to one thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/config/options.h"
#include "core/kernels/worker_pool.h"
#include "core/model/flat_parameters.h"
#include "core/store/checkpoint.h"
#include "training/snapshot.h"

namespace kairo {

struct Update {
  double learning_rate = 0;
  double gradient_scale = 1;   // gradients are multiplied by this first (clipping)
  WorkerPool* pool = nullptr;  // threads that may share the work; null: the calling one alone
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  virtual const char* name() const = 0;
  // One update of `values` in place; gradients and values are [n], laid out as FlatParameters.
  // Equal to the bit for any number of threads.
  virtual void update(const Update& update, const at::Tensor& gradients, at::Tensor values) = 0;
  // What a checkpoint keeps, each [n] and sharing memory with the optimiser.
  virtual std::map<std::string, at::Tensor> states() const = 0;

  int64_t step() const { return step_; }  // updates done

  // What a checkpoint keeps, copied (to_saved makes it an OptimizerState).
  void copy_to(OptimizerSnapshot& snapshot) const;
  // Out of a checkpoint. kCorrupt, naming `where`, for another optimiser or arrays that do not fit.
  void restore(const OptimizerState& saved, const FlatParameters& layout, const std::string& where);

 protected:
  int64_t step_ = 0;
};

// kConfig for an unknown name, naming the nearest.
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const TrainingOptions& options,
                                          const FlatParameters& parameters);

std::vector<std::string> optimizer_names();

}  // namespace kairo
