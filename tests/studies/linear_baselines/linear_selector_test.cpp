#include "studies/linear_baselines/linear_selector.h"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cmath>

#include "core/base/error.h"
#include "studies/linear_baselines/linear_sgd.h"

namespace kairo::linear_baselines {
namespace {

LinearSelectorOptions small_options() {
  LinearSelectorOptions options;
  options.n_groups = 12;
  options.k = 3;
  options.d = 7;
  options.learning_rate = 0.1;
  return options;
}

ControlSchedule schedule(int64_t max_steps) {
  ControlSchedule options;
  options.max_steps = max_steps;
  options.eval_every = 10;
  return options;
}

// Inputs [d, n_groups * k] as the model sees them.
Eigen::MatrixXd inputs_of(const SelectorWorld& world) {
  const Eigen::Index n_base = world.groups.rows();
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(n_base + world.k, world.targets.cols());
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    x.col(i).head(n_base) = world.groups.col(i / world.k);
    x(n_base + i % world.k, i) = 1;
  }
  return x;
}

// The slow twin: every example with every other selector, one after another.
double gap_by_swapping(const SelectorWorld& world, const Eigen::MatrixXd& w) {
  const Eigen::MatrixXd x = inputs_of(world);
  double sum = 0;
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    const Eigen::Index group = i / world.k;
    for (Eigen::Index z = 0; z < world.k; ++z) {
      if (z == i % world.k) continue;
      const Eigen::VectorXd own = world.targets.col(i) - w * x.col(i);
      const Eigen::VectorXd other = world.targets.col(i) - w * x.col(group * world.k + z);
      sum += (other.squaredNorm() - own.squaredNorm()) / 2;
    }
  }
  return sum / static_cast<double>(x.cols() * (world.k - 1));
}

// Two selectors, two groups, one-dimensional answers 1, 3 and 5, 11: means by selector 3 and 7,
// so the best gap is (2² + 2²)/1 = 8; by group the halves of the differences are 1 and 3, and a
// table has (1 + 1 + 9 + 9)/2 = 10.
TEST(LinearSelector, GapsByHand) {
  SelectorWorld world;
  world.k = 2;
  world.groups = Eigen::MatrixXd(1, 2);
  world.groups << 1, -1;
  world.targets = Eigen::MatrixXd(1, 4);
  world.targets << 1, 3, 5, 11;
  EXPECT_DOUBLE_EQ(best_linear_gap(world), 8);
  EXPECT_DOUBLE_EQ(true_map_gap(world), 10);
  // t^ = 5 - 3 b ± 2 is off by 1 everywhere: loss 1/2.
  Eigen::MatrixXd w(1, 3);
  w << -3, 3, 7;
  EXPECT_DOUBLE_EQ(selector_loss(world, w), 0.5);
  EXPECT_DOUBLE_EQ(selector_gap(world, w), 8);
}

TEST(LinearSelector, TheGapEqualsThatOfEverySwap) {
  const SelectorWorld world = draw_selector_world(small_options(), 5);
  Random random(9);
  const Eigen::MatrixXd w = normal_matrix(7, 7, 1, random);
  EXPECT_NEAR(selector_gap(world, w), gap_by_swapping(world, w), 1e-12);
}

TEST(LinearSelector, TheBestGapIsThatOfADirectSolve) {
  const SelectorWorld world = draw_selector_world(small_options(), 5);
  const Eigen::MatrixXd x = inputs_of(world);
  const Eigen::MatrixXd solved =
      x.transpose().colPivHouseholderQr().solve(world.targets.transpose()).transpose();
  EXPECT_NEAR(best_linear_gap(world), gap_by_swapping(world, solved), 1e-12);
}

TEST(LinearSelector, WithoutBatchNoiseTheGapFollowsTheClosedFormToRounding) {
  LinearSelectorOptions options = small_options();
  options.batch_size = 0;
  const Record record = run_linear_selector(options, schedule(300), 2);
  const double best = record.quantity("best_linear_gap").mean.front();
  for (std::size_t i = 0; i < record.steps.size(); ++i) {
    const double kept = std::pow(1 - 0.1 / 3, static_cast<double>(record.steps[i]));
    EXPECT_NEAR(record.quantity("selector_gap").mean[i], best * (1 - kept), 1e-10) << i;
  }
}

// The same world with batches of two: only its mean over orders of drawing follows the closed form.
// Worlds differ by seed, so each seed is compared with its own.
TEST(LinearSelector, MinibatchesFollowTheClosedFormOverSeeds) {
  LinearSelectorOptions options = small_options();
  options.batch_size = 2;
  const int64_t n_seeds = 300;
  double sum = 0, squares = 0;
  for (int64_t seed = 0; seed < n_seeds; ++seed) {
    const Record record = run_linear_selector(options, schedule(20), seed);
    const double off = record.quantity("selector_gap").mean.back() -
                       record.quantity("selector_gap_closed_form").mean.back();
    sum += off;
    squares += off * off;
  }
  const double mean = sum / n_seeds;
  const double standard_error = std::sqrt((squares / n_seeds - mean * mean) / n_seeds);
  EXPECT_LT(std::abs(mean), 4 * standard_error) << mean;
  EXPECT_GT(standard_error, 1e-6);  // there is noise to average
}

// A pure interaction, as in the task: what is left for a linear model is 1/N of the true map's.
TEST(LinearSelector, OfAPureInteractionALinearModelSeesAlmostNothing) {
  LinearSelectorOptions options;
  options.n_groups = 200;
  options.linear_share = 0;
  const SelectorWorld world = draw_selector_world(options, 0);
  EXPECT_NEAR(true_map_gap(world), 1, 0.02);
  EXPECT_NEAR(best_linear_gap(world), 1.0 / 200, 0.001);
  options.linear_share = 1;
  const SelectorWorld linear = draw_selector_world(options, 0);
  EXPECT_NEAR(best_linear_gap(linear), true_map_gap(linear), 1e-12);
}

TEST(LinearSelector, TheSeedDecidesEveryNumber) {
  const auto gap = [](int64_t seed) {
    return run_linear_selector(small_options(), schedule(20), seed).quantity("selector_gap").mean;
  };
  EXPECT_EQ(gap(1), gap(1));
  EXPECT_NE(gap(1), gap(2));
}

TEST(LinearSelector, SizesAreCheckedBeforeAnythingIsDrawn) {
  LinearSelectorOptions options;
  options.k = options.d;
  EXPECT_THROW(draw_selector_world(options, 0), Error);
  options.k = 20;
  options.n_groups = 1000000;
  EXPECT_THROW(draw_selector_world(options, 0), Error);
}

}  // namespace
}  // namespace kairo::linear_baselines
