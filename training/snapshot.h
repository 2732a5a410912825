// What a checkpoint holds, copied while training stands still: flat buffers, one memcpy each.
// Names, shapes, hashing and the file are made of the copy later, while training goes on.
//
// Thread rule: filled by the training thread, read by the writer's; never both at once.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/flat_parameters.h"
#include "core/store/checkpoint.h"

namespace kairo {

// A state of an optimiser. In a file it is /optimizer/<state>/<array>.
struct NamedState {
  std::string state;  // "exp_avg"
  // "": `values` is [n], laid out as the parameters, and kept by parameter. Else the name of an
  // array of any shape of at least one axis: "blocks.0.attn.W_Q" for a matrix beside that weight.
  std::string part;
  at::Tensor values;
};

struct OptimizerSnapshot {
  std::string name;
  int64_t step = 0;
  std::vector<NamedState> states;  // on the CPU
};

struct LearnerSnapshot {
  int64_t step = 0;
  at::Tensor parameters;  // [n], laid out as FlatParameters, on the CPU
  bool has_optimizer = false;
  OptimizerSnapshot optimizer;
  TrainingState training;
};

// Copies `values` into `copy`, whose memory is used again where it fits: fresh memory would
// cost a page fault every 4 KiB.
void copy_into(at::Tensor& copy, const at::Tensor& values);

// As a checkpoint keeps it, in float32.
OptimizerState to_saved(const OptimizerSnapshot& snapshot, const FlatParameters& layout);

}  // namespace kairo
