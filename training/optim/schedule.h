// The learning rate of each update: linear warm-up, then half a cosine down to zero.
//
//   lr(s) = lr·s/warmup                                            s < warmup
//   lr(s) = lr·(1 + cos(pi (s - warmup)/(max_steps - warmup)))/2   s >= warmup
//
// s is the step that an update leads to: the update from step s-1 to step s uses lr(s). So the
// first update has lr/warmup (never 0), and the last one, to max_steps, has 0. Cosine: Loshchilov
// and Hutter, arXiv:1608.03983, without restarts.
#pragma once

#include <cstdint>

#include "core/config/options.h"

namespace kairo {

// s in [1, max_steps]. Without warm-up (0) the cosine begins at once; where max_steps does not
// reach past the warm-up the rate only rises.
double learning_rate_at(int64_t s, const TrainingOptions& options);

}  // namespace kairo
