#include "training/optim/schedule.h"

#include <algorithm>
#include <cmath>

namespace kairo {

double learning_rate_at(int64_t s, const TrainingOptions& options) {
  const double peak = options.learning_rate;
  if (s < options.warmup_steps) {
    return peak * static_cast<double>(s) / static_cast<double>(options.warmup_steps);
  }
  const int64_t falling = std::max<int64_t>(1, options.max_steps - options.warmup_steps);
  const double share = static_cast<double>(s - options.warmup_steps) / static_cast<double>(falling);
  return peak * (1 + std::cos(M_PI * std::min(1.0, share))) / 2;
}

}  // namespace kairo
