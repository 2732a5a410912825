#include "analysis/stats/least_squares.h"

#include <Eigen/Dense>
#include <cmath>

#include "analysis/stats/quantiles.h"
#include "core/base/error.h"

namespace kairo {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

LeastSquares no_fit(std::size_t n, const std::string& why) {
  LeastSquares fit;
  fit.n = n;
  fit.why_not = why;
  return fit;
}

// [point, column], each column less its mean: the intercept is then the mean of y, and slopes are
// well conditioned wherever zero lies.
Matrix centred(const std::vector<std::vector<double>>& columns, std::size_t n, Vector& means) {
  Matrix x(n, columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (columns[j].size() != n) {
      throw Error(ErrorKind::kShape)
          .at("fit_least_squares")
          .expected(std::to_string(n) + " points")
          .came(std::to_string(columns[j].size()));
    }
    for (std::size_t i = 0; i < n; ++i) x(i, j) = columns[j][i];
  }
  means = x.colwise().mean();
  return x.rowwise() - means.transpose();
}

double correlation(const Vector& a, const Vector& b) {
  const double norms = a.norm() * b.norm();
  return norms > 0 ? a.dot(b) / norms : 0;
}

}  // namespace

LeastSquares fit_least_squares(const std::vector<std::vector<double>>& columns,
                               const std::vector<double>& y, double confidence) {
  const std::size_t n = y.size(), p = columns.size();
  if (n < p + 2) return no_fit(n, std::to_string(n) + " points are too few");
  Vector means;
  const Matrix x = centred(columns, n, means);
  const Vector raw = Eigen::Map<const Vector>(y.data(), static_cast<Eigen::Index>(n));
  const Vector values = raw.array() - raw.mean();
  Eigen::ColPivHouseholderQR<Matrix> qr(x);
  qr.setThreshold(1e-9);
  if (qr.rank() < static_cast<Eigen::Index>(p)) {
    return no_fit(n, p == 1 ? "all points have one x"
                            : "the two quantities vary together, so they cannot be fitted apart");
  }
  const Vector slopes = qr.solve(values);
  const Vector fitted = x * slopes;
  const double degrees = static_cast<double>(n - p - 1);
  const double variance = (values - fitted).squaredNorm() / degrees;
  const Matrix inverse = (x.transpose() * x).inverse();
  const double t = student_t_two_sided(confidence, degrees);
  const auto slope = [&](double value, double unscaled) {
    const double half = t * std::sqrt(variance * unscaled);
    return Slope{value, value - half, value + half};
  };
  LeastSquares fit;
  fit.n = n;
  fit.intercept = raw.mean() - means.dot(slopes);
  for (std::size_t j = 0; j < p; ++j) {
    const auto column = static_cast<Eigen::Index>(j);
    fit.slopes.push_back(slope(slopes[column], inverse(column, column)));
  }
  fit.sum = slope(slopes.sum(), inverse.sum());
  fit.r = p == 1 ? correlation(x.col(0), values) : correlation(fitted, values);
  return fit;
}

}  // namespace kairo
