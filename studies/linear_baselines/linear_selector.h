// Baseline linear_selector: a linear model of a map with a planted linear selector.
//
// N groups, K selectors, and K answers a group, t(g, z) = P b_g + sqrt(λ) q_z + sqrt(1-λ) r_gz [d].
// b_g [d - K] are random with mean zero over the groups, q_z and r_gz random, each of the three
// terms of expected square 1 (without its factor). λ = 0 is the task: an answer says nothing of the
// same selector's answer in another group. λ > 0 plants what a linear model can see.
// The model is t^ = W [b_g; onehot z], trained by SGD on |t - t^|²/2 from W = 0. Its selector gap
// is the loss with every other selector, averaged, less the loss with the true one, over all
// examples.
//
// Closed forms. With w_z the columns of W for the selectors and m_z the mean of t(g, z) over g,
//   gap = 1/(K-1) sum over z of (m_z - m) . (w_z - w)          m, w: means over z
// because b has mean zero and every pair (g, z) stands once. Least squares has w_z - w = m_z - m:
//   best linear gap = 1/(K-1) sum over z of |m_z - m|²
// and SGD from 0 has, exactly with all examples and in expectation over batches of any size,
//   gap(t) = best linear gap · (1 - (1 - rate/K)^t).
// A table of all answers has the gap of the true map: the mean over g of the same expression with
// t(g, z) for m_z.
//
// Thread rule: a drawn world is only read.
#pragma once

#include <Eigen/Core>
#include <cstdint>

#include "core/store/record.h"
#include "studies/linear_baselines/options.h"

namespace kairo::linear_baselines {

struct SelectorWorld {
  Eigen::MatrixXd groups;   // b [d - k, n_groups], rows of mean zero
  Eigen::MatrixXd targets;  // t [d, n_groups * k], column g * k + z
  int64_t k = 0;
};

// kConfig where k is not below d, or the targets would be more than 5e7 numbers.
void check_sizes(const LinearSelectorOptions& options);

// Throws as check_sizes.
SelectorWorld draw_selector_world(const LinearSelectorOptions& options, int64_t seed);

double best_linear_gap(const SelectorWorld& world);
double true_map_gap(const SelectorWorld& world);
// Of w [d, d]: the first d - k columns are the group's.
double selector_gap(const SelectorWorld& world, const Eigen::MatrixXd& w);
// Mean |t - t^|²/2 over all examples, each with its true selector.
double selector_loss(const SelectorWorld& world, const Eigen::MatrixXd& w);

// Quantities, all []: loss, loss_shuffled, selector_gap, selector_gap_closed_form, best_linear_gap,
// true_map_gap. kNumeric where the training diverges. The same seed gives the same bytes.
Record run_linear_selector(const LinearSelectorOptions& options, const ControlSchedule& schedule,
                           int64_t seed);

}  // namespace kairo::linear_baselines
