// SGD with momentum, as torch.optim.SGD (Sutskever et al. 2013, in PyTorch's order of operations).
// Keys: optimizer.sgd.{momentum,dampening,nesterov}, training.weight_decay.
//
//   g = gradient + weight_decay * x
//   v = g at the first update, momentum * v + (1 - dampening) * g later
//   x -= learning_rate * (nesterov ? g + momentum * v : v)
//
// Without momentum x -= learning_rate * g and there is no state; else the state is momentum_buffer.
// kConfig for nesterov without momentum or with dampening.
#pragma once

#include <memory>

#include "training/optim/optimizer.h"

namespace kairo {

std::unique_ptr<Optimizer> make_sgd(const OptimizerRequest& request);

}  // namespace kairo
