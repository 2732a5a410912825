#include "training/run/checkpoint_plan.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace kairo {

std::vector<int64_t> log_spaced_steps(int64_t n, int64_t end) {
  std::set<int64_t> steps;
  for (int64_t i = 0; i < n; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(n);
    const int64_t step = std::llround(std::pow(static_cast<double>(end), share));
    if (step < end) steps.insert(step);
  }
  return {steps.begin(), steps.end()};
}

CheckpointPlan::CheckpointPlan(const TrainingOptions& options)
    : every_(options.checkpoint_every),
      state_every_(options.optimizer_state_every),
      max_steps_(options.max_steps) {
  for (const int64_t step : options.checkpoint_steps) {
    if (step <= max_steps_) continue;
    throw Error(ErrorKind::kConfig)
        .at("training.checkpoint_steps")
        .expected("steps up to max_steps " + std::to_string(max_steps_))
        .came(std::to_string(step));
  }
  further_.insert(options.checkpoint_steps.begin(), options.checkpoint_steps.end());
  const int64_t first_regular = std::min(every_, max_steps_);
  for (const int64_t step : log_spaced_steps(options.checkpoint_log_spaced, first_regular)) {
    further_.insert(step);
  }
}

bool CheckpointPlan::due(int64_t step) const {
  return step % every_ == 0 || step == max_steps_ || further_.count(step) > 0;
}

bool CheckpointPlan::can_resume(int64_t step) const {
  return state_every_ == 0 || step % state_every_ == 0 || step == max_steps_;
}

std::vector<int64_t> CheckpointPlan::steps() const {
  std::set<int64_t> steps = further_;
  for (int64_t step = 0; step < max_steps_; step += every_) steps.insert(step);
  steps.insert(max_steps_);
  return {steps.begin(), steps.end()};
}

}  // namespace kairo
