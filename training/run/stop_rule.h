// training.stop_when_solved: when to end a run early.
//
// Solved: accuracy above the threshold at three evaluations in a row. From that step the run goes
// on for ten checkpoint spacings, so that transitions have records after them, then stops. The
// schedule is never altered: the steps done are those of the whole run.
#pragma once

#include <cstdint>
#include <string>

#include "core/config/options.h"
#include "core/store/checkpoint.h"

namespace kairo {

class StopRule {
 public:
  // stop_when_solved 0: never stops.
  explicit StopRule(const TrainingOptions& options);

  void observe(int64_t step, double accuracy);
  bool solved() const { return stop_at_ >= 0; }
  // True once `step` updates are enough.
  bool should_stop(int64_t step) const { return threshold_ > 0 && solved() && step >= stop_at_; }
  // The step at which the run ends, as far as is known: `max_steps`, or earlier once solved.
  int64_t last_step(int64_t max_steps) const;
  // The run may still turn out to end before last_step.
  bool may_end_early() const { return threshold_ > 0 && !solved(); }

  void save(TrainingState& state) const;
  // kCorrupt naming `where`.
  void restore(const TrainingState& state, const std::string& where);

 private:
  double threshold_;
  int64_t spacing_;
  int64_t in_a_row_ = 0;
  int64_t stop_at_ = -1;  // step, or -1 where not yet solved
};

}  // namespace kairo
