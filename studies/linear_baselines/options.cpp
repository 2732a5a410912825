#include "studies/linear_baselines/options.h"

namespace kairo::linear_baselines {
namespace {

// A step costs d² to d³ multiplications: 2000 is an hour.
constexpr IntRange kDimensions = {2, 2000};
constexpr IntRange kBatch = {0, 10000};
constexpr RealRange kRate = {0, 10};

}  // namespace

std::vector<Field> LinearInverseOptions::fields() {
  return {
      {"d", d, kDimensions, "Dimensions of x and y."},
      {"condition_number",
       condition_number,
       {1, 1e6},
       "Largest over smallest singular value of M; they are log-spaced and the largest is 1."},
      {"learning_rate", learning_rate, kRate, "Of SGD; 2 and more cannot converge."},
      {"batch_size", batch_size, kBatch,
       "Fresh examples an update; 0: the expected gradient, which has no noise."},
  };
}

std::vector<Field> LinearSelectorOptions::fields() {
  return {
      {"n_groups", n_groups, {2, 1000000}, "Groups, each with k answers."},
      {"k", k, {2, 1000}, "Selectors, the same for every group; fewer than d."},
      {"d", d, kDimensions,
       "Inputs (d - k embed the group, k are the selector's one-hot) and outputs."},
      {"linear_share",
       linear_share,
       {0, 1},
       "Share of what the selector decides that does not depend on the group; 0: as in the task."},
      {"learning_rate", learning_rate, kRate, "Of SGD; the selector is learned at rate / k."},
      {"batch_size", batch_size, kBatch,
       "Examples an update, drawn with replacement; 0: all, which has no noise."},
  };
}

}  // namespace kairo::linear_baselines
