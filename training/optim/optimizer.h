// An optimiser: one file over flat parameters, chosen by training.optimizer.
//
// To add one: a file pair that implements this, and a line in the table of optimizer.cpp. If it has
// keys, they are a struct of core/config/optimizer_options.h.
// Thread rule: belongs to one thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/config/run_options.h"
#include "core/kernels/worker_pool.h"
#include "core/model/parameter_layout.h"
#include "core/store/checkpoint.h"
#include "training/snapshot.h"

namespace kairo {

struct Step {
  int64_t number = 1;  // of this update, from 1
  double learning_rate = 0;
  double loss = 0;             // of the batch, nats a token, before the update
  double gradient_scale = 1;   // gradients are multiplied by this first (clipping)
  WorkerPool* pool = nullptr;  // threads that may share the work; null: the calling one alone
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  virtual const char* name() const = 0;
  // One update of `values` in place; gradients and values are [n], laid out as `layout` says, which
  // gives each parameter its shape. Equal to the bit for any number of threads; padding stays zero.
  virtual void step(const Step& step, const ParameterLayout& layout, const at::Tensor& gradients,
                    at::Tensor values) = 0;
  // What a checkpoint keeps and --dry-run counts, sharing memory with the optimiser. Always the
  // same names and shapes.
  virtual std::vector<NamedState> states() const = 0;
};

// What an optimiser is made from. `like`: dtype and device of the parameters.
struct OptimizerRequest {
  const RunOptions& options;
  const ParameterLayout& layout;
  at::TensorOptions like;
};

struct OptimizerKind {
  std::string name;  // of training.optimizer
  std::unique_ptr<Optimizer> (*make)(const OptimizerRequest& request);
};
// Before anything is trained.
void add_optimizer(const OptimizerKind& kind);

// The optimiser that options.training.optimizer names. kConfig for an unknown name, naming the
// nearest, and for options that contradict each other.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerRequest& request);

std::vector<std::string> optimizer_names();

// How many numbers the states of this optimiser have; allocates none. Throws as make_optimizer.
int64_t state_numbers(const RunOptions& options, const ParameterLayout& layout);

// Copies what a checkpoint keeps of an optimiser after `step` updates.
void copy_to(const Optimizer& optimizer, int64_t step, OptimizerSnapshot& snapshot);

// Out of a checkpoint. kCorrupt, naming `where`, for another optimiser, and for states or arrays
// that are missing, unknown or of another shape.
void restore(const OptimizerState& saved, const FlatParameters& parameters,
             const std::string& where, Optimizer& optimizer);

// Calls `part(begin, length)` for ranges that together are [0, n), on the step's threads.
void in_parts(const Step& step, const at::Tensor& flat,
              const std::function<void(int64_t begin, int64_t length)>& part);

}  // namespace kairo
