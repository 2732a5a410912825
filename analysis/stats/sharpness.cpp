#include "analysis/stats/sharpness.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unsupported/Eigen/NonLinearOptimization>

#include "analysis/stats/bootstrap.h"

namespace kairo {
namespace {

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr int64_t kFewestForFit = 6;
constexpr double kErrorsOfChange = 4;
constexpr double kMostHeight = 1.5;
constexpr double kMostResidual = 0.05;
constexpr double kErrorsOfResidual = 2;

// The records with a value, steps and values mapped to [0, 1].
struct Points {
  std::vector<double> x, y, root_weight;
  double first = 0, span = 1;  // steps
  double least = 0, range = 0;
  double error = 0;  // median standard error, in units
};

// Roots of the weights of points at these steps.
std::vector<double> root_weights(const std::vector<double>& x, double spacing) {
  std::vector<double> roots;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double before = i > 0 ? x[i] - x[i - 1] : x[i + 1] - x[i];
    const double after = i + 1 < x.size() ? x[i + 1] - x[i] : before;
    roots.push_back(std::sqrt(std::min(1.0, (before + after) / (2 * spacing))));
  }
  return roots;
}

Points fit_points(const std::vector<int64_t>& steps, const std::vector<double>& values,
                  const std::vector<double>& errors, int64_t spacing) {
  Points points;
  std::vector<double> known;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    points.x.push_back(static_cast<double>(steps[i]));
    points.y.push_back(values[i]);
    if (!errors.empty() && std::isfinite(errors[i])) known.push_back(errors[i]);
  }
  if (points.x.size() < 2) return points;
  points.root_weight = root_weights(points.x, static_cast<double>(spacing));
  const auto [least, most] = std::minmax_element(points.y.begin(), points.y.end());
  if (!known.empty()) {
    const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
    std::nth_element(known.begin(), middle, known.end());
    points.error = *middle;
  }
  points.first = points.x.front();
  points.span = points.x.back() - points.x.front();
  points.least = *least;
  points.range = *most - *least;
  if (points.range == 0) return points;
  for (double& x : points.x) x = (x - points.first) / points.span;
  for (double& y : points.y) y = (y - points.least) / points.range;
  return points;
}

// Parameters: low, height, centre, log scale, all in the points' units.
using Parameters = Eigen::VectorXd;

struct Residuals {
  using Scalar = double;  // Eigen asks for it

  const Points& points;
  int inputs() const { return 4; }
  int values() const { return static_cast<int>(points.x.size()); }

  static double share(double x, const Parameters& p) {
    return 1 / (1 + std::exp(-(x - p[2]) / std::exp(p[3])));
  }
  int operator()(const Parameters& p, Eigen::VectorXd& residuals) const {
    for (int i = 0; i < values(); ++i) {
      residuals[i] = points.root_weight[i] * (p[0] + p[1] * share(points.x[i], p) - points.y[i]);
    }
    return 0;
  }
  int df(const Parameters& p, Eigen::MatrixXd& jacobian) const {
    for (int i = 0; i < values(); ++i) {
      const double s = share(points.x[i], p), slope = p[1] * s * (1 - s);
      const double away = (points.x[i] - p[2]) / std::exp(p[3]);
      jacobian(i, 0) = 1;
      jacobian(i, 1) = s;
      jacobian(i, 2) = -slope / std::exp(p[3]);
      jacobian(i, 3) = -slope * away;
      jacobian.row(i) *= points.root_weight[i];
    }
    return 0;
  }
};

// Between a hundredth of the closest records and ten times the whole span: beyond, the curve is a
// step or a line whatever the scale, and the solver would only run away.
double bounded_scale(const Points& points, double log_scale) {
  double closest = 1;
  for (std::size_t i = 1; i < points.x.size(); ++i) {
    closest = std::min(closest, points.x[i] - points.x[i - 1]);
  }
  return std::clamp(log_scale, std::log(closest / 100), std::log(10.0));
}

struct Solution {
  Parameters parameters;
  double norm = kUnbounded;  // of the residuals
};

Solution solve(const Points& points, const Parameters& start) {
  Residuals residuals{points};
  Eigen::LevenbergMarquardt<Residuals> solver(residuals);
  solver.parameters.maxfev = 200;
  solver.parameters.xtol = solver.parameters.ftol = 1e-7;
  Solution solution{start, kUnbounded};
  solver.minimize(solution.parameters);
  solution.parameters[3] = bounded_scale(points, solution.parameters[3]);
  Eigen::VectorXd left(residuals.values());
  residuals(solution.parameters, left);
  solution.norm = left.allFinite() ? left.norm() : kUnbounded;
  return solution;
}

// The place where the series is first nearest to half of its rise.
double half_way(const Points& points) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < points.y.size(); ++i) {
    if (std::fabs(points.y[i] - 0.5) < std::fabs(points.y[best] - 0.5)) best = i;
  }
  return points.x[best];
}

// From `near` alone where a similar curve is known, else from three scales.
Solution best_of_starts(const Points& points, const LogisticFit* near) {
  std::vector<double> scales = {0.01, 0.05, 0.25};
  double centre = half_way(points);
  if (near != nullptr) {
    scales = {near->scale / points.span};
    centre = (near->centre - points.first) / points.span;
  }
  const bool rises = points.y.back() >= points.y.front();
  Solution best;
  for (double scale : scales) {
    Parameters start(4);
    start << (rises ? 0 : 1), (rises ? 1 : -1), centre, std::log(scale);
    const Solution solution = solve(points, start);
    if (solution.norm < best.norm) best = solution;
  }
  return best;
}

double distance_about(const std::vector<double>& x, double centre) {
  const auto right = std::upper_bound(x.begin() + 1, x.end() - 1, centre);
  return *right - *(right - 1);
}

std::string why_no_points(const Points& points) {
  if (static_cast<int64_t>(points.x.size()) < kFewestForFit) {
    return fmt::format("only {} records with a value", points.x.size());
  }
  if (points.range == 0 || points.range < kErrorsOfChange * points.error) {
    return "the series does not change beyond its errors";
  }
  return "";
}

std::string why_no_fit(const Points& points, const LogisticFit& fit) {
  if (!std::isfinite(fit.residual)) return "the solver found no logistic";
  if (fit.centre < points.first || fit.centre > points.first + points.span) {
    return "its centre lies outside the records";
  }
  if (std::fabs(fit.height) > kMostHeight * points.range) return "a plateau was not reached";
  const double allowed = std::hypot(kMostResidual * points.range, kErrorsOfResidual * points.error);
  if (fit.residual > allowed) {
    return fmt::format("a logistic leaves {:.0f} % of the span unexplained",
                       100 * fit.residual / points.range);
  }
  return "";
}

LogisticFit fit_points(const Points& points, const LogisticFit* near) {
  LogisticFit fit;
  fit.why_not = why_no_points(points);
  if (!fit.why_not.empty()) return fit;
  const Solution solution = best_of_starts(points, near);
  const Parameters& p = solution.parameters;
  fit.low = points.least + p[0] * points.range;
  fit.height = p[1] * points.range;
  fit.centre = points.first + p[2] * points.span;
  fit.scale = std::exp(p[3]) * points.span;
  double weight = 0;
  for (double root : points.root_weight) weight += root * root;
  fit.residual = points.range * solution.norm / std::sqrt(weight);
  fit.record_distance = points.span * distance_about(points.x, p[2]);
  fit.why_not = why_no_fit(points, fit);
  return fit;
}

// Standard deviation over the replicates, [step]; NaN where a replicate is undefined.
std::vector<double> errors_of(const std::vector<std::vector<double>>& replicates) {
  std::vector<double> errors;
  if (replicates.empty()) return errors;
  const double n = static_cast<double>(replicates.size());
  for (std::size_t s = 0; s < replicates.front().size(); ++s) {
    double sum = 0, squares = 0;
    for (const auto& each : replicates) sum += each[s];
    for (const auto& each : replicates) squares += (each[s] - sum / n) * (each[s] - sum / n);
    errors.push_back(std::sqrt(squares / n));
  }
  return errors;
}

}  // namespace

double LogisticFit::width() const { return kWidthOfScale * scale; }

LogisticFit fit_logistic(const std::vector<int64_t>& steps, const std::vector<double>& values,
                         const std::vector<double>& errors, int64_t spacing) {
  return fit_points(fit_points(steps, values, errors, spacing), nullptr);
}

Sharpness measure_sharpness(const std::vector<int64_t>& steps, const std::vector<double>& curve,
                            const std::vector<std::vector<double>>& replicates, int64_t spacing,
                            double confidence) {
  const std::vector<double> errors = errors_of(replicates);
  Sharpness sharpness;
  sharpness.fit = fit_logistic(steps, curve, errors, spacing);
  if (!sharpness.fit.why_not.empty()) return sharpness;
  const auto is_resolved = [](const LogisticFit& fit) { return fit.width() > fit.record_distance; };
  sharpness.is_resolved = is_resolved(sharpness.fit);
  sharpness.width = std::max(sharpness.fit.width(), sharpness.fit.record_distance);
  if (replicates.empty()) return sharpness;
  std::vector<double> lows, highs;
  int64_t without = 0;
  for (const std::vector<double>& each : replicates) {
    const LogisticFit fit = fit_points(fit_points(steps, each, errors, spacing), &sharpness.fit);
    without += fit.why_not.empty() ? 0 : 1;
    const double width = fit.why_not.empty() ? fit.width() : kUnbounded;
    lows.push_back(is_resolved(fit) ? width : fit.why_not.empty() ? 0 : kUnbounded);
    highs.push_back(std::max(width, fit.record_distance));
  }
  const Quantiles quantiles = outward_quantiles(std::move(lows), std::move(highs), confidence);
  sharpness.has_interval = true;
  sharpness.low = std::min(quantiles.low, sharpness.is_resolved ? sharpness.width : 0);
  sharpness.high = std::max(quantiles.high, sharpness.width);
  sharpness.share_no_fit = static_cast<double>(without) / static_cast<double>(replicates.size());
  return sharpness;
}

}  // namespace kairo
