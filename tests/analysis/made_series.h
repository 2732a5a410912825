// Made series with known answers: a noise-free curve, and examples that scatter about it as the
// examples of a run do.
//
// The same examples stand at every step. Each carries an offset of its own through all steps and
// noise that is AR(1) in training time: records at a distance d correlate with phi^(d/D), D the
// mean spacing. The truth of a detector is what it would say of the noise-free curve.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "analysis/series.h"
#include "core/base/random.h"

namespace kairo::made {

struct Scatter {
  double offset = 0;  // standard deviation over examples, kept over all steps
  double noise = 0;   // standard deviation of the AR(1) part of one example
  double phi = 0.9;   // correlation of neighbours at the mean spacing
};

using TrueCurve = std::function<double(double step)>;

// `n` steps from `first` on, whose distances are drawn from 0.5, 1 and 1.5 spacings.
std::vector<int64_t> irregular_steps(int64_t n, int64_t first, int64_t spacing, Random& random);

// AR(1) noise at the steps: stationary, standard deviation 1.
std::vector<double> ar1_noise(const std::vector<int64_t>& steps, double spacing, double phi,
                              Random& random);

Series scattered(const TrueCurve& curve, const std::vector<int64_t>& steps, int64_t n_examples,
                 const Scatter& scatter, double spacing, Random& random);

// 0 to 1 about `centre`; it rises from 10 to 90 % within 4.394 widths.
double logistic(double step, double centre, double width);

}  // namespace kairo::made
