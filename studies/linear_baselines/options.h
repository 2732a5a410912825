// The options of both models, one struct a section.
#pragma once

#include "core/config/fields.h"
#include "studies/study.h"

namespace kairo::linear_baselines {

struct LinearInverseOptions : Options {  // baseline.linear_inverse.*
  int64_t d = 100;
  double condition_number = 100;
  double learning_rate = 0.5;
  int64_t batch_size = 32;  // 0: the expected gradient
  std::vector<Field> fields() override;
};

struct LinearSelectorOptions : Options {  // baseline.linear_selector.*
  int64_t n_groups = 1000;
  int64_t k = 20;
  int64_t d = 100;  // of the input (d - k for the group, k for the selector) and of the target
  double linear_share = 0.5;
  double learning_rate = 0.01;
  int64_t batch_size = 32;  // 0: all examples
  std::vector<Field> fields() override;
};

}  // namespace kairo::linear_baselines
