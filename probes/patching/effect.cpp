#include "probes/patching/effect.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kairo {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool is_resolved(const at::Tensor& denominator) {
  const int64_t n = denominator.size(0);
  if (n < 2) return false;
  const double mean = denominator.mean().item<double>();
  const double error = denominator.std().item<double>() / std::sqrt(static_cast<double>(n));
  return std::fabs(mean) > 2 * error;
}

std::vector<double> values_of(const at::Tensor& values) {
  const at::Tensor flat = values.to(at::kCPU).contiguous();
  const double* first = flat.data_ptr<double>();
  return std::vector<double>(first, first + flat.numel());
}

}  // namespace

at::Tensor bootstrap_counts(int64_t samples, int64_t n, Random random) {
  at::Tensor counts = at::zeros({samples, n}, at::kDouble);
  double* row = counts.data_ptr<double>();
  for (int64_t s = 0; s < samples; ++s, row += n) {
    const std::vector<int64_t> drawn = random_resample(random, n);
    std::copy(drawn.begin(), drawn.end(), row);
  }
  return counts;
}

Estimate ratio_of_means(const at::Tensor& numerator, const at::Tensor& denominator,
                        const at::Tensor& counts) {
  const std::size_t n_effects = static_cast<std::size_t>(numerator.size(1));
  if (!is_resolved(denominator)) {
    return {std::vector<double>(n_effects, kNaN), std::vector<double>(n_effects, kNaN)};
  }
  const at::Tensor ratios =
      at::matmul(counts, numerator) / at::matmul(counts, denominator.unsqueeze(1));
  return {values_of(numerator.mean(0) / denominator.mean()), values_of(ratios.std(0))};
}

}  // namespace kairo
