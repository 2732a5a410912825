// The curves that change_point compares, as columns of a linear model; see change_point.h.
#pragma once

#include <Eigen/Dense>
#include <functional>
#include <string>
#include <vector>

namespace kairo {

// A family of smooth curves: columns that are linear in their coefficients, and at most one shape
// that is not (tau or power of an approach).
struct SmoothFamily {
  std::string name;
  int n_parameters = 0;        // coefficients, and the shape where there is one
  std::vector<double> shapes;  // ascending grid to start a search from; empty: none
  std::function<Eigen::MatrixXd(double shape)> columns;  // [record, coefficient]
};

// `time`: steps / D, ascending, at least two. The families hold copies of what they need.
std::vector<SmoothFamily> smooth_families(const Eigen::VectorXd& time);

// The terms of one form of step to a new level: a jump, or a logistic of one width.
struct BreakTerms {
  std::string name;         // "with a jump"
  double width = 0;         // D, from 10 to 90 %; 0 of a jump
  bool is_break = true;     // else it takes longer than a break does
  int n_parameters = 0;     // coefficient, place, and width where there is one
  Eigen::MatrixXd columns;  // [record, column]: of a logistic several a place, by their centre
  std::vector<int> places;  // [column], index into `places`
};

// `places`: index of the first record after each break. First the breaks, then what is slower.
std::vector<BreakTerms> break_terms(const Eigen::VectorXd& time, const std::vector<int>& places);

// Turns AR(1) errors with correlation phi^distance into independent ones of equal variance: rows
// r_i = (x_i - rho_i x_(i-1)) / sqrt(1 - rho_i^2), r_0 = x_0.
class Whitening {
 public:
  Whitening(const Eigen::VectorXd& time, double phi);
  Eigen::MatrixXd operator()(const Eigen::MatrixXd& columns) const;
  double log_determinant() const { return log_determinant_; }  // of the correlations

 private:
  Eigen::VectorXd rho_;    // [record], of the record and the one before; 0 for the first
  Eigen::VectorXd scale_;  // [record], sqrt(1 - rho^2)
  double log_determinant_ = 0;
};

}  // namespace kairo
