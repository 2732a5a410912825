// The learning rate of each update: a linear warm-up, then training.schedule.
//
// s is the step that an update leads to: the update from step s-1 to step s uses lr(s). So the
// first update has lr/warmup (never 0). With t = s - warmup and T = max_steps - warmup:
//
//   s < warmup          lr·s/warmup
//   cosine              lr·(1 + cos(pi t/T))/2. Loshchilov and Hutter, arXiv:1608.03983, no restart
//   linear              lr·(1 - t/T)
//   constant            lr
//   cosine_restarts     lr·(1 + cos(pi u/P))/2, u the steps since the last restart. The periods P
//                       are restart_steps, then restart_factor times the one before; the rate is
//                       lr again at the step that ends a period. arXiv:1608.03983, equation 5
//   constant_cooldown   lr, and lr·(max_steps - s)/C over the last C = cooldown_fraction·max_steps
//                       steps. Hägele et al., arXiv:2405.18392
//
// cosine, linear and constant_cooldown end with 0 at max_steps.
#pragma once

#include <cstdint>

#include "core/config/options.h"

namespace kairo {

// s in [1, max_steps]. Without warm-up (0) the schedule begins at once; where max_steps does not
// reach past the warm-up the rate only rises.
double learning_rate_at(int64_t s, const TrainingOptions& options);

}  // namespace kairo
