#include "training/run/interrupted_checkpoints.h"

#include "core/base/error.h"
#include "core/files/file_calls.h"
#include "core/store/trajectory.h"

namespace kairo {
namespace {

bool is_fuller(const std::string& path, const std::string& config_yaml) {
  try {
    const Checkpoint checkpoint = read_checkpoint(path, CheckpointPart::kEverything);
    return checkpoint.has_optimizer && checkpoint.config_yaml == config_yaml;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::set<int64_t> fuller_than_planned(const RunDirectory& directory, const CheckpointPlan& plan,
                                      const std::string& config_yaml, int64_t newest) {
  std::set<int64_t> steps;
  const auto points = find_checkpoints(directory.checkpoints());
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (point->step > newest || !plan.due(point->step)) continue;
    if (!plan.can_resume(point->step)) {
      if (is_fuller(point->path, config_yaml)) steps.insert(point->step);
    } else if (point->step < newest) {
      break;
    }
  }
  return steps;
}

Checkpoint read_without_optimizer(const std::string& path) {
  Checkpoint checkpoint = read_checkpoint(path, CheckpointPart::kEverything);
  checkpoint.has_optimizer = false;
  checkpoint.optimizer = {};
  return checkpoint;
}

bool remove_interrupted_before(const RunDirectory& directory, int64_t full_step) {
  bool any_left = false;
  for (const TrajectoryPoint& point : find_interrupted(directory.checkpoints())) {
    const bool is_removed = point.step < full_step && file_calls::unlink(point.path);
    any_left = any_left || !is_removed;
  }
  return any_left;
}

}  // namespace kairo
