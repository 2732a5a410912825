#include "core/kernels/gelu.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <cstring>

#include "core/kernels/cpu_path.h"
#include "hooks/error.h"

namespace kairo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct GeluForward {
  const float* x;
  float* y;
  int64_t n;
};

struct GeluBackward {
  const float* x;
  const float* y_gradient;
  float* x_gradient;
  int64_t n;
};

#define KAIRO_KERNEL "core/kernels/gelu.inc"
#include "core/kernels/every_cpu_path.inc"

void forward_part(const GeluForward& part) { KAIRO_ON_CPU_PATH(forward, part) }
void backward_part(const GeluBackward& part) { KAIRO_ON_CPU_PATH(backward, part) }

// Elements that are worth a thread.
constexpr int64_t kGrain = 16384;

struct Gelu : torch::autograd::Function<Gelu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    context->save_for_backward({x});
    const at::Tensor y = at::empty_like(x);
    const float* from = x.data_ptr<float>();
    float* to = y.data_ptr<float>();
    at::parallel_for(0, x.numel(), kGrain, [&](int64_t begin, int64_t end) {
      forward_part({from + begin, to + begin, end - begin});
    });
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    if (at::GradMode::is_enabled()) {
      throw Error(ErrorKind::kUsage, {"gelu", "one backward pass", "a second derivative", ""});
    }
    const at::Tensor x = context->get_saved_variables()[0];
    const at::Tensor y_gradient = gradients[0].contiguous(), x_gradient = at::empty_like(x);
    const float *at_x = x.data_ptr<float>(), *from = y_gradient.data_ptr<float>();
    float* to = x_gradient.data_ptr<float>();
    at::parallel_for(0, x.numel(), kGrain, [&](int64_t begin, int64_t end) {
      backward_part({at_x + begin, from + begin, to + begin, end - begin});
    });
    return {x_gradient};
  }
};

}  // namespace

at::Tensor gelu(const at::Tensor& x) {
  if (!x.device().is_cpu() || x.scalar_type() != at::kFloat) return at::gelu(x);
  return Gelu::apply(x.contiguous());
}

}  // namespace kairo
