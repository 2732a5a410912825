#include "training/optim/schedule.h"

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

double half_cosine(double share) { return (1 + std::cos(M_PI * std::min(1.0, share))) / 2; }

// Steps since the last restart over the length of that period.
double share_of_period(double steps, const TrainingOptions& options) {
  double period = static_cast<double>(options.restart_steps);
  while (steps >= period) {
    steps -= period;
    period *= options.restart_factor;
  }
  return steps / period;
}

double cooldown(int64_t s, const TrainingOptions& options) {
  const double length = options.cooldown_fraction * static_cast<double>(options.max_steps);
  const double left = static_cast<double>(options.max_steps - s);
  return left < length ? std::max(0.0, left / length) : 1;
}

// The rate after the warm-up over the highest one.
double share_of_peak(int64_t s, const TrainingOptions& options) {
  const int64_t falling = std::max<int64_t>(1, options.max_steps - options.warmup_steps);
  const double past_warmup = static_cast<double>(s - options.warmup_steps);
  const double share = past_warmup / static_cast<double>(falling);
  switch (options.schedule) {
    case Schedule::kCosine:
      return half_cosine(share);
    case Schedule::kLinear:
      return std::max(0.0, 1 - share);
    case Schedule::kConstant:
      break;
    case Schedule::kCosineRestarts:
      return half_cosine(share_of_period(past_warmup, options));
    case Schedule::kConstantCooldown:
      return cooldown(s, options);
  }
  return 1;
}

}  // namespace

double learning_rate_at(int64_t s, const TrainingOptions& options) {
  const double peak = options.learning_rate;
  if (s < options.warmup_steps) {
    return peak * static_cast<double>(s) / static_cast<double>(options.warmup_steps);
  }
  return peak * share_of_peak(s, options);
}

}  // namespace kairo
