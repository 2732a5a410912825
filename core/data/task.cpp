#include "core/data/task.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/data/disambiguation.h"

namespace kairo {
namespace {

struct Task {
  const char* name;
  std::shared_ptr<const MemoryDataset> (*make)(const TaskRequest& request);
};

// A new task is one file pair and one line here.
constexpr Task kTasks[] = {
    {"disambiguation", make_disambiguation},
};

}  // namespace

std::shared_ptr<const MemoryDataset> make_dataset(const TaskRequest& request) {
  for (const Task& task : kTasks) {
    if (request.name == task.name) return task.make(request);
  }
  std::string known;
  for (const std::string& name : task_names()) known += (known.empty() ? "" : ", ") + name;
  throw Error(ErrorKind::kConfig)
      .at("task.name")
      .expected("one of " + known)
      .came("'" + request.name + "'")
      .hint(did_you_mean(request.name, task_names()));
}

std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const Task& task : kTasks) names.emplace_back(task.name);
  return names;
}

}  // namespace kairo
