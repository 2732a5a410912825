#include "studies/linear_baselines/linear_inverse.h"

#include <Eigen/QR>
#include <cmath>
#include <numeric>

#include "studies/linear_baselines/linear_sgd.h"
#include "studies/linear_baselines/trace.h"

namespace kairo::linear_baselines {
namespace {

enum class Stream : uint64_t { kMap = 1, kBatches = 2 };

Eigen::MatrixXd random_orthogonal(Eigen::Index d, Random& random) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> factors(normal_matrix(d, d, 1, random));
  return factors.householderQ();
}

// M = U S V^T.
struct Map {
  Eigen::MatrixXd m;
  Eigen::MatrixXd v;  // a column a direction
};

Map draw_map(const std::vector<double>& s, uint64_t seed) {
  Random random(seed, static_cast<uint64_t>(Stream::kMap));
  const auto d = static_cast<Eigen::Index>(s.size());
  const Eigen::MatrixXd u = random_orthogonal(d, random);
  Map map;
  map.v = random_orthogonal(d, random);
  map.m = u * Eigen::Map<const Eigen::VectorXd>(s.data(), d).asDiagonal() * map.v.transpose();
  return map;
}

std::vector<double> errors_by_direction(const Map& map, const Eigen::MatrixXd& w) {
  const Eigen::MatrixXd e = map.v - w * (map.m * map.v);  // (I - W M) V
  std::vector<double> errors;
  for (Eigen::Index i = 0; i < e.cols(); ++i) errors.push_back(e.col(i).squaredNorm());
  return errors;
}

double loss_of(const std::vector<double>& errors) {
  return std::accumulate(errors.begin(), errors.end(), 0.0) / 2;
}

std::vector<Quantity> quantities(const std::vector<double>& errors,
                                 const std::vector<double>& expected) {
  return {exact_number("loss", "E|x - W y|²/2", loss_of(errors)),
          exact_number("loss_closed_form", "its expectation over batches", loss_of(expected)),
          exact_by_direction("error", "|(I - W M) v_i|² along right singular vector i", errors),
          exact_by_direction("error_closed_form", "its expectation over batches", expected)};
}

}  // namespace

std::vector<double> singular_values(const LinearInverseOptions& options) {
  std::vector<double> s;
  for (int64_t i = 0; i < options.d; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(options.d - 1);
    s.push_back(std::pow(options.condition_number, -share));
  }
  return s;
}

void advance_expected_errors(const LinearInverseOptions& options, const std::vector<double>& s,
                             std::vector<double>& errors) {
  const double total = std::accumulate(errors.begin(), errors.end(), 0.0);
  const double noise = options.batch_size == 0 ? 0 : 1 / static_cast<double>(options.batch_size);
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const double pull = options.learning_rate * s[i] * s[i];
    errors[i] = (1 - pull) * (1 - pull) * errors[i] + noise * pull * pull * (errors[i] + total);
  }
}

Record run_linear_inverse(const LinearInverseOptions& options, const ControlSchedule& schedule,
                          int64_t seed) {
  const std::vector<double> s = singular_values(options);
  const Map map = draw_map(s, static_cast<uint64_t>(seed));
  const Moments moments{map.m * map.m.transpose(), map.m.transpose()};  // of y, and of x with y
  Random batches(static_cast<uint64_t>(seed), static_cast<uint64_t>(Stream::kBatches));
  Eigen::MatrixXd w = Eigen::MatrixXd::Zero(options.d, options.d);
  std::vector<double> expected(s.size(), 1.0);
  const auto update = [&] {
    advance_expected_errors(options, s, expected);
    if (options.batch_size == 0) return descend(moments, options.learning_rate, w);
    const Eigen::MatrixXd x = normal_matrix(options.d, options.batch_size, 1, batches);
    descend(map.m * x, x, options.learning_rate, w);
  };
  const auto measure = [&](int64_t step) {
    const std::vector<double> errors = errors_by_direction(map, w);
    require_finite("baseline.linear_inverse.learning_rate", step, loss_of(errors));
    return quantities(errors, expected);
  };
  RecordKey key;
  key.probe = "baseline_linear_inverse";
  key.seed = seed;
  return merge(key, trace(schedule.max_steps, schedule.eval_every, measure, update));
}

}  // namespace kairo::linear_baselines
