// Tasks by name: from `task.name` to the function that builds its dataset. Studies add theirs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/config/data_section.h"
#include "core/config/options.h"
#include "core/data/memory_dataset.h"

namespace kairo {

struct TaskRequest {
  std::string name;                                    // task.name
  DataSection data;                                    // data.*, of this task
  AttentionDir attention_dir = AttentionDir::kCausal;  // bidirectional models do not see the answer
  uint64_t seed = 0;                                   // experiment.seed
};

using TaskMaker = std::shared_ptr<const MemoryDataset> (*)(const TaskRequest& request);
// Before anything else runs: open_studies (studies/studies.h).
void add_task(const std::string& name, TaskMaker make);

// Throws kConfig for an unknown name (with the nearest) or options that cannot be met.
std::shared_ptr<const MemoryDataset> make_dataset(const TaskRequest& request);

}  // namespace kairo
