#include "programs/baseline/options.h"

namespace kairo {
namespace {

// A step costs d² to d³ multiplications: 2000 is an hour.
constexpr IntRange kDimensions = {2, 2000};
constexpr IntRange kBatch = {0, 10000};
constexpr RealRange kRate = {0, 10};

}  // namespace

void SeedOptions::visit(FieldVisitor& v) {
  v.integer("seed", seed, {0, IntRange().most}, "Of the planted maps and the batches.");
}

void BaselineOptions::visit(FieldVisitor& v) {
  v.integer("max_steps", max_steps, {1, 100000000}, "Updates; those of the run to compare with.");
  v.integer("eval_every", eval_every, {1, 100000000}, "Updates between two evaluations.");
}

void LinearInverseOptions::visit(FieldVisitor& v) {
  v.integer("d", d, kDimensions, "Dimensions of x and y.");
  v.real("condition_number", condition_number, {1, 1e6},
         "Largest over smallest singular value of M; they are log-spaced and the largest is 1.");
  v.real("learning_rate", learning_rate, kRate, "Of SGD; 2 and more cannot converge.");
  v.integer("batch_size", batch_size, kBatch,
            "Fresh examples an update; 0: the expected gradient, which has no noise.");
}

void LinearSelectorOptions::visit(FieldVisitor& v) {
  v.integer("n_groups", n_groups, {2, 1000000}, "Groups, each with k answers.");
  v.integer("k", k, {2, 1000}, "Selectors, the same for every group; fewer than d.");
  v.integer("d", d, kDimensions,
            "Inputs (d - k embed the group, k are the selector's one-hot) and outputs.");
  v.real(
      "linear_share", linear_share, {0, 1},
      "Share of what the selector decides that does not depend on the group; 0: as in the task.");
  v.real("learning_rate", learning_rate, kRate, "Of SGD; the selector is learned at rate / k.");
  v.integer("batch_size", batch_size, kBatch,
            "Examples an update, drawn with replacement; 0: all, which has no noise.");
}

}  // namespace kairo
