#include "training/run/stop_rule.h"

#include <algorithm>

#include "training/run/saved_values.h"

namespace kairo {
namespace {

constexpr int64_t kEvaluationsInARow = 3;
constexpr int64_t kSpacingsAfter = 10;

}  // namespace

StopRule::StopRule(const TrainingOptions& options)
    : threshold_(options.stop_when_solved), spacing_(options.checkpoint_every) {}

void StopRule::observe(int64_t step, double accuracy) {
  if (threshold_ <= 0 || solved()) return;
  in_a_row_ = accuracy > threshold_ ? in_a_row_ + 1 : 0;
  if (in_a_row_ == kEvaluationsInARow) stop_at_ = step + kSpacingsAfter * spacing_;
}

int64_t StopRule::last_step(int64_t max_steps) const {
  return threshold_ > 0 && solved() ? std::min(max_steps, stop_at_) : max_steps;
}

void StopRule::save(TrainingState& state) const {
  state.integers["solved_in_a_row"] = {in_a_row_};
  state.integers["stop_at"] = {stop_at_};
}

void StopRule::restore(const TrainingState& state, const std::string& where) {
  in_a_row_ = saved_integer(state, "solved_in_a_row", where);
  stop_at_ = saved_integer(state, "stop_at", where);
}

}  // namespace kairo
