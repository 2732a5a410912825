#include "studies/linear_baselines/linear_sgd.h"

namespace kairo::linear_baselines {

void descend(const Moments& moments, double learning_rate, Eigen::MatrixXd& w) {
  const Eigen::MatrixXd slope = moments.cross - w * moments.input;
  w += learning_rate * slope;
}

void descend(const Eigen::MatrixXd& x, const Eigen::MatrixXd& t, double learning_rate,
             Eigen::MatrixXd& w) {
  const Eigen::MatrixXd residual = t - w * x;
  w.noalias() += learning_rate / static_cast<double>(x.cols()) * residual * x.transpose();
}

Eigen::MatrixXd normal_matrix(Eigen::Index rows, Eigen::Index columns, double deviation,
                              Random& random) {
  Eigen::MatrixXd matrix(rows, columns);
  for (Eigen::Index column = 0; column < columns; ++column) {
    for (Eigen::Index row = 0; row < rows; ++row) matrix(row, column) = deviation * random.normal();
  }
  return matrix;
}

}  // namespace kairo::linear_baselines
