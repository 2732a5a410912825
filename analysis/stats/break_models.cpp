#include "analysis/stats/break_models.h"

#include <cmath>

#include "analysis/stats/sharpness.h"

namespace kairo {
namespace {

// Where the search for an approach's tau (a share of the run) and power begins. Neighbours are
// half as large again: the sum of squares has no second minimum between them.
constexpr double kLeastTau = 1.0 / 128, kMostTau = 2;
constexpr double kLeastPower = 1.0 / 16, kMostPower = 8;
constexpr double kGridRatio = 1.5;
// 10-90 % widths of a break that is no jump, in D: whatever else was recorded, the same change is a
// break or is none.
constexpr double kBreakWidths[] = {1, 2, 4, 8};
// Slower ones from there on, each so much wider than the last, while both ends are in the records.
constexpr double kSlowRatio = 1.25;
// Centres of a break within each interval between records, as shares of it: its place is known to
// a fraction of that interval, and the likelihood of a place is that of its best centre. The ends
// would belong to two places at once: with them sets hold the truth in 99 to 100 %.
constexpr double kCentres[] = {0.1, 0.3, 0.5, 0.7, 0.9};

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

BreakTerms jumps(Eigen::Index n, const std::vector<int>& places) {
  BreakTerms terms{"with a jump", 0, true, 2, {}, {}};
  terms.columns = Eigen::MatrixXd::Zero(n, static_cast<Eigen::Index>(places.size()));
  for (std::size_t p = 0; p < places.size(); ++p) {
    terms.columns.col(static_cast<Eigen::Index>(p)).tail(n - places[p]).setOnes();
    terms.places.push_back(static_cast<int>(p));
  }
  return terms;
}

// Of a slow one 10 and 90 % must lie within the records: else it is an approach.
BreakTerms logistics(const Eigen::VectorXd& time, const std::vector<int>& places, double width,
                     bool is_break) {
  const Eigen::Index last = time.size() - 1;
  BreakTerms terms{
      is_break ? "with a gradual step" : "with a slow step", width, is_break, 3, {}, {}};
  std::vector<double> centres;
  for (std::size_t p = 0; p < places.size(); ++p) {
    for (double share : kCentres) {
      const double before = time[places[p] - 1];
      const double centre = before + share * (time[places[p]] - before);
      const bool is_seen = centre - width / 2 >= time[0] && centre + width / 2 <= time[last];
      if (!is_break && !is_seen) continue;
      centres.push_back(centre);
      terms.places.push_back(static_cast<int>(p));
    }
  }
  terms.columns.resize(last + 1, static_cast<Eigen::Index>(centres.size()));
  const double scale = width / kWidthOfScale;
  for (std::size_t c = 0; c < centres.size(); ++c) {
    terms.columns.col(static_cast<Eigen::Index>(c)) =
        (1 + (-(time.array() - centres[c]) / scale).exp()).inverse().matrix();
  }
  return terms;
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
  std::vector<BreakTerms> terms = {jumps(time.size(), places)};
  for (double width : kBreakWidths) terms.push_back(logistics(time, places, width, true));
  const double span = time[time.size() - 1] - time[0];
  for (double width = kSlowRatio * kBreakWidths[3]; width < span; width *= kSlowRatio) {
    terms.push_back(logistics(time, places, width, false));
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
