#include "core/config/task_kind.h"

#include <algorithm>

namespace kairo {
namespace {

std::vector<TaskKind>& all_task_kinds() {
  static std::vector<TaskKind> kinds;
  return kinds;
}

}  // namespace

void add_task_kind(const TaskKind& kind) { all_task_kinds().push_back(kind); }

const std::vector<TaskKind>& task_kinds() { return all_task_kinds(); }

std::vector<std::string> task_names() {
  std::vector<std::string> names;
  for (const TaskKind& kind : all_task_kinds()) names.push_back(kind.name);
  return names;
}

std::string default_task() { return all_task_kinds().empty() ? "" : all_task_kinds().front().name; }

std::vector<std::string> default_probes() {
  return all_task_kinds().empty() ? std::vector<std::string>{} : all_task_kinds().front().probes;
}

std::vector<Threshold> known_thresholds() {
  std::vector<Threshold> known;
  for (const TaskKind& kind : all_task_kinds()) {
    for (const Threshold& each : kind.thresholds) {
      const bool is_new = std::none_of(known.begin(), known.end(), [&](const Threshold& other) {
        return std::string(other.key) == each.key;
      });
      if (is_new) known.push_back(each);
    }
  }
  return known;
}

}  // namespace kairo
