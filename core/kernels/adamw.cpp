#include "core/kernels/adamw.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace kairo {
namespace {

constexpr int64_t kBlock = 8192;  // elements; the unit of work and of summation

int64_t blocks_in(int64_t n) { return (n + kBlock - 1) / kBlock; }

template <typename Real>
void update_range(const AdamWStep& s, const Real* gradient, Real* value, Real* m, Real* v,
                  int64_t begin, int64_t end) {
  const Real scale = static_cast<Real>(s.gradient_scale);
  const Real keep = static_cast<Real>(1 - s.learning_rate * s.weight_decay);
  const Real beta1 = static_cast<Real>(s.beta1), beta2 = static_cast<Real>(s.beta2);
  const Real rest1 = static_cast<Real>(1 - s.beta1), rest2 = static_cast<Real>(1 - s.beta2);
  const double correction1 = 1 - std::pow(s.beta1, static_cast<double>(s.step));
  const double correction2 = 1 - std::pow(s.beta2, static_cast<double>(s.step));
  const Real step_size = static_cast<Real>(s.learning_rate / correction1);
  const Real root2 = static_cast<Real>(std::sqrt(correction2));
  const Real eps = static_cast<Real>(s.eps);
  for (int64_t i = begin; i < end; ++i) {
    const Real g = gradient[i] * scale;
    m[i] = beta1 * m[i] + rest1 * g;
    v[i] = beta2 * v[i] + rest2 * g * g;
    value[i] = value[i] * keep - step_size * m[i] / (std::sqrt(v[i]) / root2 + eps);
  }
}

}  // namespace

void adamw_update(const AdamWStep& step, const at::Tensor& gradients, at::Tensor values,
                  at::Tensor exp_avg, at::Tensor exp_avg_sq) {
  const int64_t n = values.numel();
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "adamw_update", [&] {
    const scalar_t* gradient = gradients.data_ptr<scalar_t>();
    scalar_t *value = values.data_ptr<scalar_t>(), *m = exp_avg.data_ptr<scalar_t>(),
             *v = exp_avg_sq.data_ptr<scalar_t>();
    at::parallel_for(0, blocks_in(n), 8, [&](int64_t first, int64_t last) {
      update_range(step, gradient, value, m, v, first * kBlock, std::min(n, last * kBlock));
    });
  });
}

double blocked_norm(const at::Tensor& values) {
  const int64_t n = values.numel();
  std::vector<double> sums(blocks_in(n), 0.0);
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "blocked_norm", [&] {
    const scalar_t* x = values.data_ptr<scalar_t>();
    at::parallel_for(0, blocks_in(n), 8, [&](int64_t first, int64_t last) {
      for (int64_t block = first; block < last; ++block) {
        double sum = 0;
        const int64_t end = std::min(n, (block + 1) * kBlock);
        for (int64_t i = block * kBlock; i < end; ++i) sum += static_cast<double>(x[i]) * x[i];
        sums[block] = sum;
      }
    });
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return std::sqrt(total);
}

}  // namespace kairo
