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
