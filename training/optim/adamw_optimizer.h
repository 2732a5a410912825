// AdamW with betas 0.9 and 0.999, eps 1e-8 and the decay of training.weight_decay on all
// parameters. The arithmetic is core/kernels/adamw.h's. States: exp_avg, exp_avg_sq.
#pragma once

#include <memory>

#include "training/optim/optimizer.h"

namespace kairo {

std::unique_ptr<Optimizer> make_adamw(const TrainingOptions& options,
                                      const FlatParameters& parameters);

}  // namespace kairo
