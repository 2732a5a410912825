#include "analysis/stats/change_point.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/stats/break_models.h"
#include "analysis/stats/least_argument.h"

namespace kairo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kPhis[] = {0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.98};
constexpr int64_t kFewestRecords = 12;
constexpr int kFewestBesideBreak = 3;  // records on either side: fewer are outliers, not a level
constexpr int kMostPlaces = 200;
constexpr double kResolution = 1e-3;  // of the span; closer curves count as equal
constexpr int kErrorParameters = 2;   // variance and phi

// The records with a value, each at least D after the last: a window that was refined to every few
// steps would count as many independent records and outweigh the rest of the run.
struct Observed {
  std::vector<int64_t> steps;
  Eigen::VectorXd time;    // steps / D
  Eigen::VectorXd values;  // mapped to [0, 1]
};

Observed observed(const std::vector<int64_t>& steps, const std::vector<double>& values,
                  int64_t spacing) {
  Observed seen;
  std::vector<double> kept;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    if (!kept.empty() && steps[i] - seen.steps.back() < spacing) continue;
    seen.steps.push_back(steps[i]);
    kept.push_back(values[i]);
  }
  const Eigen::Index n = static_cast<Eigen::Index>(kept.size());
  seen.values = Eigen::Map<const Eigen::VectorXd>(kept.data(), n);
  seen.time.resize(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    seen.time[i] = static_cast<double>(seen.steps[i]) / static_cast<double>(spacing);
  }
  if (n == 0) return seen;
  const double least = seen.values.minCoeff(), span = seen.values.maxCoeff() - least;
  seen.values.array() -= least;
  if (span > 0) seen.values /= span;
  return seen;
}

// Index of the first record after each break that is tried.
std::vector<int> places_of(int n_records) {
  const int first = kFewestBesideBreak, n = n_records - 2 * kFewestBesideBreak + 1;
  const int tried = std::min(n, kMostPlaces);
  std::vector<int> places;
  for (int i = 0; i < tried; ++i) {
    places.push_back(first +
                     (tried > 1 ? static_cast<int>(int64_t{i} * (n - 1) / (tried - 1)) : 0));
  }
  return places;
}

struct Best {
  double bic = kInfinity;
  std::string model;
  double phi = 0;
  double width = 0;  // D
  bool is_break = true;
};

// -2 log likelihood of whitened residuals with this sum of squares, without constants.
double deviance(double squares, int n, const Whitening& whitening) {
  const double variance = std::max(squares / n, kResolution * kResolution);
  return n * std::log(variance) + whitening.log_determinant();
}

class Search {
 public:
  explicit Search(const Observed& seen)
      : seen_(seen),
        n_(static_cast<int>(seen.steps.size())),
        places_(places_of(n_)),
        families_(smooth_families(seen.time)),
        terms_(break_terms(seen.time, places_)),
        by_place_(places_.size()) {
    for (double phi : kPhis) try_phi(phi);
  }

  const Best& smooth() const { return smooth_; }
  const std::vector<Best>& by_place() const { return by_place_; }
  const std::vector<int>& places() const { return places_; }

 private:
  struct Fit {
    const SmoothFamily* family = nullptr;
    Eigen::MatrixXd basis;  // orthonormal, of the whitened columns
    Eigen::VectorXd left;   // what it leaves of the whitened values
    double squares = kInfinity;
  };

  void try_phi(double phi) {
    const Whitening whiten(seen_.time, phi);
    const Eigen::VectorXd values = whiten(seen_.values);
    std::vector<Fit> fits;
    for (const SmoothFamily& family : families_) {
      fits.push_back(fit_family(family, values, whiten));
      keep(smooth_, deviance(fits.back().squares, n_, whiten), family.n_parameters,
           {0, family.name, phi, 0, false});
    }
    for (const BreakTerms& terms : terms_) {
      const Eigen::MatrixXd white = whiten(terms.columns);
      const Eigen::VectorXd lengths = white.colwise().squaredNorm().transpose();
      for (const Fit& fit : fits) {
        // A slow step beside a slope could be any smooth curve.
        if (terms.is_break || fit.family == &families_.front()) {
          try_breaks(fit, terms, white, lengths, whiten, phi);
        }
      }
    }
  }

  // The shape by least squares: the best of the grid, then Brent's search between its neighbours.
  Fit fit_family(const SmoothFamily& family, const Eigen::VectorXd& values,
                 const Whitening& whiten) const {
    const std::vector<double>& shapes = family.shapes;
    if (shapes.empty()) return fit_shape(family, 0, values, whiten);
    const auto squares_at = [&](double log_shape) {
      return fit_shape(family, std::exp(log_shape), values, whiten).squares;
    };
    std::size_t best = 0;
    double least = kInfinity;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      const double squares = squares_at(std::log(shapes[i]));
      if (squares < least) best = i;
      least = std::min(least, squares);
    }
    const double low = std::log(shapes[best == 0 ? 0 : best - 1]);
    const double high = std::log(shapes[std::min(best + 1, shapes.size() - 1)]);
    return fit_shape(family, std::exp(least_argument(squares_at, low, high)), values, whiten);
  }

  Fit fit_shape(const SmoothFamily& family, double shape, const Eigen::VectorXd& values,
                const Whitening& whiten) const {
    const Eigen::MatrixXd columns = whiten(family.columns(shape));
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
    Fit fit;
    fit.family = &family;
    fit.basis = qr.householderQ() * Eigen::MatrixXd::Identity(n_, columns.cols());
    fit.left = values - fit.basis * (fit.basis.transpose() * values);
    fit.squares = fit.left.squaredNorm();
    return fit;
  }

  // A further column lowers the sum of squares by its projection on what the model left
  // (Frisch, Waugh and Lovell), for all places at once.
  void try_breaks(const Fit& fit, const BreakTerms& terms, const Eigen::MatrixXd& white,
                  const Eigen::VectorXd& lengths, const Whitening& whiten, double phi) {
    const Eigen::VectorXd along = white.transpose() * fit.left;
    const Eigen::VectorXd free =
        lengths - (fit.basis.transpose() * white).colwise().squaredNorm().transpose();
    const Best model = {0, fit.family->name + " " + terms.name, phi, terms.width, terms.is_break};
    for (Eigen::Index i = 0; i < along.size(); ++i) {
      if (free[i] < 1e-9 * lengths[i]) continue;  // the model has this column already
      const double rest = std::max(0.0, fit.squares - along[i] * along[i] / free[i]);
      keep(by_place_[terms.places[i]], deviance(rest, n_, whiten),
           fit.family->n_parameters + terms.n_parameters, model);
    }
  }

  void keep(Best& best, double deviance, int n_parameters, const Best& model) {
    const double bic = deviance + (n_parameters + kErrorParameters) * std::log(n_);
    if (bic >= best.bic) return;
    best = model;
    best.bic = bic;
  }

  const Observed& seen_;
  int n_;
  std::vector<int> places_;
  std::vector<SmoothFamily> families_;
  std::vector<BreakTerms> terms_;
  Best smooth_;
  std::vector<Best> by_place_;
};

// Quantile of twice the log likelihood lost by a wrong break: P(x) = (1 - exp(-x/2))^2, wider than
// chi squared, as the likelihood has no slope at a break.
double break_quantile(double confidence) { return -2 * std::log(1 - std::sqrt(confidence)); }

// (record before, record] of the break at a place; the bounds between which it was not tried
// closer.
int64_t step_before(const Observed& seen, const std::vector<int>& places, std::size_t p) {
  const int before = p == 0 ? places[p] - 1 : std::min(places[p] - 1, places[p - 1]);
  return seen.steps[before];
}

}  // namespace

ChangePoint find_change_point(const std::vector<int64_t>& steps, const std::vector<double>& values,
                              const ChangePointRule& rule) {
  const Observed seen = observed(steps, values, rule.spacing);
  ChangePoint found;
  found.n_records = static_cast<int64_t>(seen.steps.size());
  if (found.n_records < kFewestRecords) {
    found.left_out = fmt::format("only {} records with a value", found.n_records);
    return found;
  }
  if (seen.values.maxCoeff() == 0) {
    found.left_out = "the series is constant";
    return found;
  }
  const Search search(seen);
  const std::vector<Best>& by_place = search.by_place();
  const auto best = std::min_element(by_place.begin(), by_place.end(),
                                     [](const Best& a, const Best& b) { return a.bic < b.bic; });
  found.gain = search.smooth().bic - best->bic;
  if (found.gain >= rule.least_gain) {
    found.verdict = best->is_break ? ChangeVerdict::kBreak : ChangeVerdict::kGradual;
  }
  found.smooth_model = search.smooth().model;
  found.break_model = best->model;
  found.phi = found.gain > 0 ? best->phi : search.smooth().phi;
  if (found.verdict == ChangeVerdict::kNone) return found;
  found.width = best->width * static_cast<double>(rule.spacing);
  const std::vector<int>& places = search.places();
  const std::size_t at = static_cast<std::size_t>(best - by_place.begin());
  found.after = step_before(seen, places, at);
  found.step = seen.steps[places[at]];
  const double reach = best->bic + break_quantile(rule.confidence);
  std::size_t low = at, high = at;
  for (std::size_t p = 0; p < by_place.size(); ++p) {
    if (by_place[p].bic > reach) continue;
    low = std::min(low, p);
    high = std::max(high, p);
  }
  found.low = step_before(seen, places, low);
  found.high = seen.steps[places[high]];
  return found;
}

}  // namespace kairo
