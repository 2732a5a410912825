// The section `data` of a configuration: its keys are those of the task that task.name names.
//
//   task: {name: disambiguation}
//   data: {k: 10}
//
// A value: a copy has options of its own.
#pragma once

#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/config/task_kind.h"

namespace kairo {

class DataSection : public Options {
 public:
  DataSection();  // of the default task; without keys if there is no task
  explicit DataSection(const std::string& task);
  DataSection(const DataSection& other);
  DataSection& operator=(const DataSection& other);

  // From now on the keys are those of the task that `name` has when they are asked for. `name` must
  // outlive this; a copy follows nothing.
  void follow(const std::string& name) { followed_ = &name; }

  const DataOptions& operator*() const { return *options_; }
  const DataOptions* operator->() const { return options_.get(); }

  // The options as those of one task. kConfig for another task's.
  template <typename TaskData>
  TaskData& as() {
    auto* options = dynamic_cast<TaskData*>(options_.get());
    if (options != nullptr) return *options;
    throw Error(ErrorKind::kConfig)
        .at("task.name")
        .fact("the task is " + task_ + ", which has other keys under data");
  }
  template <typename TaskData>
  const TaskData& as() const {
    return const_cast<DataSection*>(this)->as<TaskData>();
  }

  std::vector<Field> fields() override;

 private:
  const std::string* followed_ = nullptr;
  std::string task_;
  std::unique_ptr<DataOptions> options_;
};

}  // namespace kairo
