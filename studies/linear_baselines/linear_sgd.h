// Plain SGD of a linear map W on |t - W x|²/2: what both baselines are trained with.
//
// In double precision, so that a closed form can be compared to 1e-10; through Eigen and without
// LibTorch, since there is nothing to differentiate that is not one line.
#pragma once

#include <Eigen/Core>

#include "core/base/random.h"

namespace kairo::linear_baselines {

// Of a distribution or a whole data set.
struct Moments {
  Eigen::MatrixXd input;  // E[x x^T] [in, in]
  Eigen::MatrixXd cross;  // E[t x^T] [out, in]
};

// W += rate (E[t x^T] - W E[x x^T]): the expected gradient.
void descend(const Moments& moments, double learning_rate, Eigen::MatrixXd& w);

// W += rate/n (t - W x) x^T over the columns of x [in, n] and t [out, n].
void descend(const Eigen::MatrixXd& x, const Eigen::MatrixXd& t, double learning_rate,
             Eigen::MatrixXd& w);

// Independent normals of this standard deviation, column by column.
Eigen::MatrixXd normal_matrix(Eigen::Index rows, Eigen::Index columns, double deviation,
                              Random& random);

}  // namespace kairo::linear_baselines
