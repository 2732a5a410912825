// What the configuration is told of a task by its study. The keys of thresholds are under transitions.
//
// Thread rule: kinds are added before anything else runs, by open_studies (studies/studies.h).
#pragma once

#include <string>
#include <vector>

#include "core/config/fields.h"

namespace kairo {

// The threshold of a named event: transitions.<key>.
struct Threshold {
  const char* key;  // "accuracy"
  double value;     // its default
  RealRange range;
  const char* help;
};

struct TaskKind {
  std::string name;                   // task.name
  std::vector<Threshold> thresholds;  // one that another task has too is the same key
};

void add_task_kind(const TaskKind& kind);
// In the order in which they were added; the first is the default of task.name.
const std::vector<TaskKind>& task_kinds();
// Of all tasks, each key once.
std::vector<Threshold> known_thresholds();

}  // namespace kairo
