// An optimiser for tests: theta -= learning rate * sign of the gradient. It has no state.
#pragma once

#include <memory>

#include "training/optim/optimizer.h"

namespace kairo::dummies {

std::unique_ptr<Optimizer> make_sign(const OptimizerRequest& request);

}  // namespace kairo::dummies
