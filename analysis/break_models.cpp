#include "analysis/break_models.h"

#include <cmath>

namespace kairo {
namespace {

// Where the search for an approach's tau (a share of the run) and power begins. Neighbours are
// half as large again: the sum of squares has no second minimum between them.
constexpr double kLeastTau = 1.0 / 128, kMostTau = 2;
constexpr double kLeastPower = 1.0 / 16, kMostPower = 8;
constexpr double kGridRatio = 1.5;
// 10-90 % widths of a gradual break, shares of the run. A change that takes longer is a drift.
constexpr double kBreakWidths[] = {1.0 / 16, 1.0 / 8, 1.0 / 4};
constexpr double kWidthOfScale = 4.394449154672439;  // 2 log 9, of a logistic

std::vector<double> grid(double least, double most) {
  std::vector<double> values;
  for (double each = least; each < most; each *= kGridRatio) values.push_back(each);
  values.push_back(most);
  return values;
}

// A constant and the given columns.
Eigen::MatrixXd with_constant(const std::vector<Eigen::VectorXd>& terms) {
  const Eigen::Index n = terms.front().size();
  Eigen::MatrixXd columns(n, 1 + static_cast<Eigen::Index>(terms.size()));
  columns.col(0).setOnes();
  for (std::size_t i = 0; i < terms.size(); ++i) {
    columns.col(static_cast<Eigen::Index>(i) + 1) = terms[i];
  }
  return columns;
}

SmoothFamily plain(const std::string& name, const Eigen::MatrixXd& columns) {
  return {name, static_cast<int>(columns.cols()), {}, [columns](double) { return columns; }};
}

// Approaches exp(sign · shape · along) to a plateau, and to `line`, which goes on.
void add_approaches(std::vector<SmoothFamily>& families, const std::string& suffix,
                    const std::vector<double>& shapes, const Eigen::VectorXd& line,
                    const std::function<Eigen::VectorXd(double)>& approach) {
  families.push_back({"exponential approach" + suffix, 3, shapes,
                      [approach](double shape) { return with_constant({approach(shape)}); }});
  families.push_back(
      {"exponential approach to a line" + suffix, 4, shapes, [approach, line](double shape) {
         return with_constant({approach(shape), line});
       }});
}

}  // namespace

std::vector<SmoothFamily> smooth_families(const Eigen::VectorXd& time) {
  const Eigen::Index n = time.size();
  const Eigen::VectorXd line = (time.array() - time[0]) / (time[n - 1] - time[0]);
  const Eigen::VectorXd log_step = time.array().log1p();
  std::vector<SmoothFamily> families = {plain("constant", Eigen::MatrixXd::Ones(n, 1)),
                                        plain("line", with_constant({line})),
                                        plain("line in log step", with_constant({log_step}))};
  add_approaches(families, "", grid(kLeastTau, kMostTau), line,
                 [line](double tau) { return Eigen::VectorXd((-line.array() / tau).exp()); });
  add_approaches(
      families, " in log step", grid(kLeastPower, kMostPower), log_step,
      [log_step](double power) { return Eigen::VectorXd((-power * log_step.array()).exp()); });
  add_approaches(
      families, " in log step", grid(kLeastPower, 1), log_step,
      [log_step](double power) { return Eigen::VectorXd((power * log_step.array()).exp()); });
  return families;
}

std::vector<BreakTerms> break_terms(const Eigen::VectorXd& time, const std::vector<int>& places) {
  const Eigen::Index n = time.size(), m = static_cast<Eigen::Index>(places.size());
  const double span = time[n - 1] - time[0];
  std::vector<BreakTerms> terms = {{"with a jump", Eigen::MatrixXd::Zero(n, m), 2}};
  for (Eigen::Index p = 0; p < m; ++p) {
    terms[0].columns.col(p).tail(n - places[p]).setOnes();
  }
  for (double width : kBreakWidths) {
    BreakTerms term{"with a gradual step", Eigen::MatrixXd::Zero(n, m), 3};
    const double scale = width * span / kWidthOfScale;
    for (Eigen::Index p = 0; p < m; ++p) {
      const double centre = (time[places[p] - 1] + time[places[p]]) / 2;
      term.columns.col(p) = (1 + (-(time.array() - centre) / scale).exp()).inverse().matrix();
    }
    terms.push_back(std::move(term));
  }
  return terms;
}

Whitening::Whitening(const Eigen::VectorXd& time, double phi)
    : rho_(Eigen::VectorXd::Zero(time.size())), scale_(Eigen::VectorXd::Ones(time.size())) {
  for (Eigen::Index i = 1; i < time.size(); ++i) {
    rho_[i] = std::pow(phi, time[i] - time[i - 1]);
    scale_[i] = std::sqrt(1 - rho_[i] * rho_[i]);
    log_determinant_ += 2 * std::log(scale_[i]);
  }
}

Eigen::MatrixXd Whitening::operator()(const Eigen::MatrixXd& columns) const {
  const Eigen::Index rest = columns.rows() - 1;
  Eigen::MatrixXd white = columns;
  white.bottomRows(rest) -=
      (columns.topRows(rest).array().colwise() * rho_.tail(rest).array()).matrix();
  white.array().colwise() /= scale_.array();
  return white;
}

}  // namespace kairo
