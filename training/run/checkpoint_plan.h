// Which steps are kept, and which of them with what resuming needs.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "core/config/options.h"

namespace kairo {

class CheckpointPlan {
 public:
  // kConfig where training.checkpoint_steps holds a step beyond max_steps.
  explicit CheckpointPlan(const TrainingOptions& options);

  // Step 0, every checkpoint_every, checkpoint_steps, the log-spaced ones, and max_steps.
  bool due(int64_t step) const;
  // With the optimiser's state: every optimizer_state_every (0: always), and max_steps.
  bool can_resume(int64_t step) const;
  // Those of a whole run, ascending.
  std::vector<int64_t> steps() const;

 private:
  int64_t every_;
  int64_t state_every_;
  int64_t max_steps_;
  std::set<int64_t> further_;
};

// `n` steps evenly spaced in log step in [1, end), rounded; equal ones are one.
std::vector<int64_t> log_spaced_steps(int64_t n, int64_t end);

}  // namespace kairo
