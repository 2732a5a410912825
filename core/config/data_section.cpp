#include "core/config/data_section.h"

namespace kairo {
namespace {

struct NoData : DataOptions {
  std::vector<Field> fields() override { return {}; }
  std::unique_ptr<DataOptions> clone() const override { return std::make_unique<NoData>(); }
};

std::unique_ptr<DataOptions> data_options_of(const std::string& task) {
  for (const TaskKind& kind : task_kinds()) {
    if (kind.name == task) return kind.options();
  }
  return std::make_unique<NoData>();
}

}  // namespace

DataSection::DataSection() : DataSection(default_task()) {}

DataSection::DataSection(const std::string& task) : task_(task), options_(data_options_of(task)) {}

DataSection::DataSection(const DataSection& other)
    : task_(other.task_), options_(other.options_->clone()) {}

DataSection& DataSection::operator=(const DataSection& other) {
  task_ = other.task_;
  options_ = other.options_->clone();
  return *this;
}

std::vector<Field> DataSection::fields() {
  if (followed_ != nullptr && *followed_ != task_) {
    task_ = *followed_;
    options_ = data_options_of(task_);
  }
  return options_->fields();
}

}  // namespace kairo
