// AdamW with the keys optimizer.adamw.{beta1,beta2,eps} and the decay of training.weight_decay on
// all parameters, decoupled from the gradient. The arithmetic is core/kernels/adamw.h's. States:
// exp_avg, exp_avg_sq.
#pragma once

#include <memory>

#include "training/optim/optimizer.h"

namespace kairo {

std::unique_ptr<Optimizer> make_adamw(const OptimizerRequest& request);

}  // namespace kairo
