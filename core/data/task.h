// Tasks by name: the one table from `task.name` to a function that builds its dataset.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/config/options.h"
#include "core/data/memory_dataset.h"

namespace kairo {

struct TaskRequest {
  std::string name;                                    // task.name
  DataOptions data;                                    // data.*
  AttentionDir attention_dir = AttentionDir::kCausal;  // bidirectional models do not see the answer
  uint64_t seed = 0;                                   // experiment.seed
};

// Throws kConfig for an unknown name (with the nearest) or options that cannot be met.
std::shared_ptr<const MemoryDataset> make_dataset(const TaskRequest& request);

std::vector<std::string> task_names();

}  // namespace kairo
