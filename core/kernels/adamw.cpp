#include "core/kernels/adamw.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

int64_t blocks_in(int64_t n) { return (n + kFlatBlock - 1) / kFlatBlock; }

// In eight sums side by side, which the compiler makes one register.
template <typename Real>
double sum_of_squares(const Real* x, int64_t n) {
  double sums[8] = {};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (int64_t j = 0; j < 8; ++j) sums[j] += static_cast<double>(x[i + j]) * x[i + j];
  }
  for (; i < n; ++i) sums[i % 8] += static_cast<double>(x[i]) * x[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

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
  if (!values.device().is_cpu()) {
    return adamw_update_plainly(step, gradients, values, exp_avg, exp_avg_sq);
  }
  const int64_t n = values.numel();
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "adamw_update", [&] {
    const scalar_t* gradient = gradients.data_ptr<scalar_t>();
    scalar_t *value = values.data_ptr<scalar_t>(), *m = exp_avg.data_ptr<scalar_t>(),
             *v = exp_avg_sq.data_ptr<scalar_t>();
    at::parallel_for(0, blocks_in(n), 8, [&](int64_t first, int64_t last) {
      update_range(step, gradient, value, m, v, first * kFlatBlock, std::min(n, last * kFlatBlock));
    });
  });
}

int64_t flat_block(const at::Tensor& flat) {
  return flat.device().is_cpu() ? kFlatBlock : std::max<int64_t>(1, flat.numel());
}

double add_block(const std::vector<at::Tensor>& parts, int64_t block, const at::Tensor& total) {
  if (!total.device().is_cpu()) return add_plainly(parts, total);
  const int64_t begin = block * kFlatBlock, n = std::min(kFlatBlock, total.numel() - begin);
  double squares = 0;
  AT_DISPATCH_FLOATING_TYPES(total.scalar_type(), "add_block", [&] {
    scalar_t* to = total.data_ptr<scalar_t>() + begin;
    std::copy_n(parts[0].data_ptr<scalar_t>() + begin, n, to);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const scalar_t* from = parts[i].data_ptr<scalar_t>() + begin;
      for (int64_t j = 0; j < n; ++j) to[j] += from[j];
    }
    squares = sum_of_squares(to, n);
  });
  return squares;
}

void adamw_update_plainly(const AdamWStep& s, const at::Tensor& gradients, at::Tensor values,
                          at::Tensor exp_avg, at::Tensor exp_avg_sq) {
  const double correction1 = 1 - std::pow(s.beta1, static_cast<double>(s.step));
  const double correction2 = 1 - std::pow(s.beta2, static_cast<double>(s.step));
  const at::Tensor g = gradients * s.gradient_scale;
  exp_avg.mul_(s.beta1).add_(g, 1 - s.beta1);
  exp_avg_sq.mul_(s.beta2).addcmul_(g, g, 1 - s.beta2);
  values.mul_(1 - s.learning_rate * s.weight_decay);
  values.addcdiv_(exp_avg, exp_avg_sq.sqrt().div_(std::sqrt(correction2)).add_(s.eps),
                  -s.learning_rate / correction1);
}

double add_plainly(const std::vector<at::Tensor>& parts, at::Tensor total) {
  total.copy_(parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i) total.add_(parts[i]);
  return total.to(at::kDouble).square().sum().item<double>();
}

}  // namespace kairo
