#include "tests/analysis/made_series.h"

#include <cmath>

namespace kairo::made {

std::vector<int64_t> irregular_steps(int64_t n, int64_t first, int64_t spacing, Random& random) {
  std::vector<int64_t> steps = {first};
  while (static_cast<int64_t>(steps.size()) < n) {
    steps.push_back(steps.back() + spacing / 2 * (1 + static_cast<int64_t>(random.below(3))));
  }
  return steps;
}

std::vector<double> ar1_noise(const std::vector<int64_t>& steps, double spacing, double phi,
                              Random& random) {
  std::vector<double> noise = {random.normal()};
  for (std::size_t s = 1; s < steps.size(); ++s) {
    const double rho = std::pow(phi, static_cast<double>(steps[s] - steps[s - 1]) / spacing);
    noise.push_back(rho * noise.back() + std::sqrt(1 - rho * rho) * random.normal());
  }
  return noise;
}

Series scattered(const TrueCurve& curve, const std::vector<int64_t>& steps, int64_t n_examples,
                 const Scatter& scatter, double spacing, Random& random) {
  Series series;
  series.name = "made/series";
  series.steps = steps;
  series.n_examples = n_examples;
  series.per_example.assign(steps.size(), std::vector<float>(n_examples));
  series.mean.assign(steps.size(), 0);
  for (int64_t e = 0; e < n_examples; ++e) {
    const double offset = scatter.offset * random.normal();
    const std::vector<double> noise = ar1_noise(steps, spacing, scatter.phi, random);
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const double value = curve(static_cast<double>(steps[s])) + offset + scatter.noise * noise[s];
      series.per_example[s][e] = static_cast<float>(value);
      series.mean[s] += series.per_example[s][e] / static_cast<double>(n_examples);
    }
  }
  return series;
}

double logistic(double step, double centre, double width) {
  return 1 / (1 + std::exp(-(step - centre) / width));
}

}  // namespace kairo::made
