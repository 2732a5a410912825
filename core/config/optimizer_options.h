// The keys of single optimisers, a section each: optimizer.<name>.*. training.optimizer chooses
// one; the keys of the others are then without effect. Learning rate, weight decay and clipping are
// keys of training, common to all: each optimiser decays in its own way (training/optim/).
#pragma once

#include "core/config/fields.h"

namespace kairo {

struct AdamWOptions : Options {  // optimizer.adamw.*
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  std::vector<Field> fields() override;
};

struct SgdOptions : Options {  // optimizer.sgd.*; meaning and names are torch.optim.SGD's
  double momentum = 0.9;
  double dampening = 0;
  bool nesterov = false;
  std::vector<Field> fields() override;
};

struct OptimizerOptions {
  AdamWOptions adamw;
  SgdOptions sgd;

  // Points into this.
  Sections sections();
};

}  // namespace kairo
