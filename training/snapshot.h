// What a checkpoint holds, copied while training stands still: flat buffers, one memcpy each.
// Names, shapes, hashing and the file are made of the copy later, while training goes on.
//
// Thread rule: filled by the training thread, read by the writer's; never both at once.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "core/model/flat_parameters.h"
#include "core/store/checkpoint.h"

namespace kairo {

struct OptimizerSnapshot {
  std::string name;
  int64_t step = 0;
  std::map<std::string, at::Tensor> states;  // each [n], on the CPU
};

struct LearnerSnapshot {
  int64_t step = 0;
  at::Tensor parameters;  // [n], laid out as FlatParameters, on the CPU
  bool has_optimizer = false;
  OptimizerSnapshot optimizer;
  TrainingState training;
};

// Copies `values` [n] into `copy`, whose memory is used again where it fits: fresh memory would
// cost a page fault every 4 KiB.
void copy_into(at::Tensor& copy, const at::Tensor& values);

// By parameter, as a checkpoint keeps it.
OptimizerState to_saved(const OptimizerSnapshot& snapshot, const FlatParameters& layout);

}  // namespace kairo
