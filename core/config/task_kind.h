// What the configuration is told of a task by its study: its keys under data, the thresholds of its
// events under transitions.
//
// Thread rule: kinds are added before anything else runs, by open_studies (studies/studies.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/config/fields.h"

namespace kairo {

// The options data.* of one task.
struct DataOptions : Options {
  virtual std::unique_ptr<DataOptions> clone() const = 0;
  // In a few words, for a line that says what is trained: "forward, 12 chunks"; "": nothing to say.
  virtual std::string title() const { return ""; }
};

// The threshold of a named event: transitions.<key>.
struct Threshold {
  const char* key;  // "accuracy"
  double value;     // its default
  RealRange range;
  const char* help;
};

struct TaskKind {
  std::string name;                                     // task.name
  std::unique_ptr<DataOptions> (*options)() = nullptr;  // with their defaults
  std::vector<Threshold> thresholds;  // one that another task has too is the same key
  std::vector<std::string> probes;    // default of probes.enabled, if it is the first task
};

void add_task_kind(const TaskKind& kind);
// In the order in which they were added; the first is the default of task.name.
const std::vector<TaskKind>& task_kinds();
std::vector<std::string> task_names();
// Without any task: "" and {}.
std::string default_task();
std::vector<std::string> default_probes();
// Of all tasks, each key once.
std::vector<Threshold> known_thresholds();

}  // namespace kairo
