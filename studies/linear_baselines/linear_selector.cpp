#include "studies/linear_baselines/linear_selector.h"

#include <cmath>

#include "core/base/error.h"
#include "studies/linear_baselines/linear_sgd.h"
#include "studies/linear_baselines/trace.h"

namespace kairo::linear_baselines {
namespace {

constexpr int64_t kMostNumbers = 50000000;  // of the targets: 400 MB

enum class SelectorStream : uint64_t { kWorld = 3, kBatches = 4 };

// Means of t(g, z) over g [d, k].
Eigen::MatrixXd means_by_selector(const SelectorWorld& world) {
  Eigen::MatrixXd means = Eigen::MatrixXd::Zero(world.targets.rows(), world.k);
  const Eigen::Index n_groups = world.groups.cols();
  for (Eigen::Index g = 0; g < n_groups; ++g) {
    means += world.targets.middleCols(g * world.k, world.k);
  }
  return means / static_cast<double>(n_groups);
}

// Columns less their mean.
Eigen::MatrixXd centred(const Eigen::MatrixXd& columns) {
  return columns.colwise() - columns.rowwise().mean();
}

Moments moments_of(const SelectorWorld& world) {
  const Eigen::Index n_base = world.groups.rows(), n_groups = world.groups.cols();
  const Eigen::Index d = n_base + world.k;
  Moments moments{Eigen::MatrixXd::Zero(d, d), Eigen::MatrixXd::Zero(world.targets.rows(), d)};
  const auto n = static_cast<double>(n_groups), k = static_cast<double>(world.k);
  moments.input.topLeftCorner(n_base, n_base) = world.groups * world.groups.transpose() / n;
  moments.input.bottomRightCorner(world.k, world.k).diagonal().setConstant(1 / k);
  for (Eigen::Index g = 0; g < n_groups; ++g) {
    const Eigen::VectorXd mean = world.targets.middleCols(g * world.k, world.k).rowwise().mean();
    moments.cross.leftCols(n_base) += mean * world.groups.col(g).transpose() / n;
  }
  moments.cross.rightCols(world.k) = means_by_selector(world) / k;
  return moments;
}

// One update on examples drawn with replacement.
void descend_on_batch(const SelectorWorld& world, const LinearSelectorOptions& options,
                      Random& random, Eigen::MatrixXd& w) {
  const Eigen::Index n_base = world.groups.rows();
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(n_base + world.k, options.batch_size);
  Eigen::MatrixXd t(world.targets.rows(), options.batch_size);
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    const auto example =
        static_cast<Eigen::Index>(random.below(static_cast<uint64_t>(world.targets.cols())));
    x.col(i).head(n_base) = world.groups.col(example / world.k);
    x(n_base + example % world.k, i) = 1;
    t.col(i) = world.targets.col(example);
  }
  descend(x, t, options.learning_rate, w);
}

std::vector<Quantity> selector_quantities(double loss, double gap, double expected_gap, double best,
                                          double true_map) {
  return {exact_number("loss", "mean |t - t^|²/2 over all examples", loss),
          exact_number("loss_shuffled", "the same with every other selector, averaged", loss + gap),
          exact_number("selector_gap", "loss_shuffled - loss", gap),
          exact_number("selector_gap_closed_form", "its expectation over batches", expected_gap),
          exact_number("best_linear_gap", "selector_gap of least squares", best),
          exact_number("true_map_gap", "selector_gap of a table of all answers", true_map)};
}

}  // namespace

void check_sizes(const LinearSelectorOptions& options) {
  if (options.k >= options.d) {
    throw Error(ErrorKind::kConfig)
        .at("baseline.linear_selector.k")
        .expected("less than baseline.linear_selector.d (" + std::to_string(options.d) + ")")
        .came(std::to_string(options.k))
        .hint("d - k inputs embed the group");
  }
  // Options limit each factor: the product of three fits into 64 bits.
  const int64_t numbers = options.n_groups * options.k * options.d;
  if (numbers <= kMostNumbers) return;
  throw Error(ErrorKind::kConfig)
      .at("baseline.linear_selector")
      .expected("n_groups * k * d of at most " + std::to_string(kMostNumbers))
      .came(std::to_string(numbers))
      .hint("lower one of them");
}

SelectorWorld draw_selector_world(const LinearSelectorOptions& options, int64_t seed) {
  check_sizes(options);
  Random random(static_cast<uint64_t>(seed), static_cast<uint64_t>(SelectorStream::kWorld));
  const Eigen::Index d = options.d, k = options.k, n_base = d - k;
  const double unit = 1 / std::sqrt(static_cast<double>(d));  // of a vector of expected square 1
  SelectorWorld world;
  world.k = k;
  world.groups = centred(normal_matrix(n_base, options.n_groups, 1, random));
  const Eigen::MatrixXd p =
      normal_matrix(d, n_base, unit / std::sqrt(static_cast<double>(n_base)), random);
  const Eigen::MatrixXd q = normal_matrix(d, k, std::sqrt(options.linear_share) * unit, random);
  world.targets =
      normal_matrix(d, options.n_groups * k, std::sqrt(1 - options.linear_share) * unit, random);
  for (Eigen::Index g = 0; g < options.n_groups; ++g) {
    auto answers = world.targets.middleCols(g * k, k);
    answers += q;
    answers.colwise() += p * world.groups.col(g);
  }
  return world;
}

double best_linear_gap(const SelectorWorld& world) {
  return centred(means_by_selector(world)).squaredNorm() / static_cast<double>(world.k - 1);
}

double true_map_gap(const SelectorWorld& world) {
  double sum = 0;
  for (Eigen::Index g = 0; g < world.groups.cols(); ++g) {
    sum += centred(world.targets.middleCols(g * world.k, world.k)).squaredNorm();
  }
  return sum / static_cast<double>(world.groups.cols() * (world.k - 1));
}

double selector_gap(const SelectorWorld& world, const Eigen::MatrixXd& w) {
  const Eigen::MatrixXd learned = centred(w.rightCols(world.k));
  return centred(means_by_selector(world)).cwiseProduct(learned).sum() /
         static_cast<double>(world.k - 1);
}

double selector_loss(const SelectorWorld& world, const Eigen::MatrixXd& w) {
  const Eigen::MatrixXd from_group = w.leftCols(world.groups.rows()) * world.groups;
  double sum = 0;
  for (Eigen::Index g = 0; g < world.groups.cols(); ++g) {
    Eigen::MatrixXd residual =
        world.targets.middleCols(g * world.k, world.k) - w.rightCols(world.k);
    residual.colwise() -= from_group.col(g);
    sum += residual.squaredNorm();
  }
  return sum / static_cast<double>(2 * world.targets.cols());
}

Record run_linear_selector(const LinearSelectorOptions& options, const ControlSchedule& schedule,
                           int64_t seed) {
  const SelectorWorld world = draw_selector_world(options, seed);
  const Moments moments = moments_of(world);
  const double best = best_linear_gap(world), true_map = true_map_gap(world);
  Random batches(static_cast<uint64_t>(seed), static_cast<uint64_t>(SelectorStream::kBatches));
  Eigen::MatrixXd w = Eigen::MatrixXd::Zero(options.d, options.d);
  const auto update = [&] {
    if (options.batch_size == 0) return descend(moments, options.learning_rate, w);
    descend_on_batch(world, options, batches, w);
  };
  const double kept = 1 - options.learning_rate / static_cast<double>(options.k);
  const auto measure = [&](int64_t step) {
    const double loss = selector_loss(world, w);
    require_finite("baseline.linear_selector.learning_rate", step, loss);
    const double expected = best * (1 - std::pow(kept, static_cast<double>(step)));
    return selector_quantities(loss, selector_gap(world, w), expected, best, true_map);
  };
  RecordKey key;
  key.probe = "baseline_linear_selector";
  key.seed = seed;
  return merge(key, trace(schedule.max_steps, schedule.eval_every, measure, update));
}

}  // namespace kairo::linear_baselines
