#include "training/run/refine_plan.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/config/field_values.h"

namespace kairo {
namespace {

void require_within(const std::vector<TrajectoryPoint>& points, const RefineWindow& window) {
  const int64_t first = points.front().step, last = points.back().step;
  if (window.first >= first && window.last <= last) return;
  throw Error(ErrorKind::kUsage)
      .at("--refine")
      .fact("the window " + std::to_string(window.first) + ":" + std::to_string(window.last) +
            " is not within the run's checkpoints, " + std::to_string(first) + ":" +
            std::to_string(last))
      .hint(
          "what lies between two checkpoints is proven by the later one; train --resume goes "
          "beyond the last");
}

bool has_step(const std::vector<TrajectoryPoint>& points, int64_t step) {
  const auto before = [](const TrajectoryPoint& point, int64_t at) { return point.step < at; };
  const auto found = std::lower_bound(points.begin(), points.end(), step, before);
  return found != points.end() && found->step == step;
}

// The last one at or before `step` that can be resumed. A damaged one is not passed over: a replay
// from before it would meet it.
Checkpoint start_before(const std::vector<TrajectoryPoint>& points, int64_t step) {
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (point->step > step) continue;
    Checkpoint checkpoint = read_checkpoint(point->path, CheckpointPart::kEverything);
    if (checkpoint.has_optimizer && checkpoint.has_training) return checkpoint;
  }
  throw Error(ErrorKind::kNotFound)
      .at("--refine")
      .fact("there is no checkpoint with optimiser state at or before step " + std::to_string(step))
      .hint("a replay begins at one: see training.optimizer_state_every");
}

}  // namespace

RefineWindow refine_window(const std::string& text, int64_t every) {
  const std::size_t colon = text.find(':');
  const auto first = integer_in(text.substr(0, colon));
  const auto last = colon == std::string::npos ? first : integer_in(text.substr(colon + 1));
  if (colon == std::string::npos || !first || !last || *first < 0 || *first > *last) {
    throw Error(ErrorKind::kUsage)
        .at("--refine")
        .expected("a window A:B of steps, A not above B")
        .came(shown(text))
        .hint("for example: --refine 4000:4200 --every 10");
  }
  if (every < 1) {
    throw Error(ErrorKind::kUsage)
        .at("--every")
        .expected("at least 1 step")
        .came(std::to_string(every));
  }
  return {*first, *last, every};
}

RefinePlan plan_refinement(const RunDirectory& directory, const RefineWindow& window) {
  const std::vector<TrajectoryPoint> points = find_checkpoints(directory.checkpoints());
  require_within(points, window);
  RefinePlan plan;
  for (int64_t step = window.first; step <= window.last; step += window.every) {
    if (has_step(points, step)) {
      ++plan.n_there;
    } else {
      plan.missing.push_back(step);
    }
  }
  if (plan.missing.empty()) return plan;
  plan.start = start_before(points, plan.missing.front());
  for (const TrajectoryPoint& point : points) {
    if (point.step <= plan.start.step) continue;
    plan.known.push_back(point);
    if (point.step > plan.missing.back()) break;
  }
  return plan;
}

std::string unproven_folder(const RunDirectory& directory) {
  return directory.root() + "/unproven";
}

}  // namespace kairo
