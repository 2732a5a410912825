#include "core/data/task.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/nearest_name.h"

namespace kairo {
namespace {

using NamedMaker = std::pair<std::string, TaskMaker>;

std::vector<NamedMaker>& task_makers() {
  static std::vector<NamedMaker> makers;
  return makers;
}

}  // namespace

void add_task(const std::string& name, TaskMaker make) { task_makers().emplace_back(name, make); }

std::shared_ptr<const MemoryDataset> make_dataset(const TaskRequest& request) {
  std::vector<std::string> names;
  std::string known;
  for (const auto& [name, make] : task_makers()) {
    if (request.name == name) return make(request);
    names.push_back(name);
    known += (known.empty() ? "" : ", ") + name;
  }
  throw Error(ErrorKind::kConfig)
      .at("task.name")
      .expected("one of " + known)
      .came("'" + request.name + "'")
      .hint(did_you_mean(request.name, names));
}

}  // namespace kairo
