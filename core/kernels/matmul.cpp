#include "core/kernels/matmul.h"

#include <torch/autograd.h>

#include <sstream>

#include "core/base/error.h"
#include "core/kernels/gemm.h"
#include "core/kernels/onednn.h"

namespace kairo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

bool goes_through_onednn(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kFloat && tensor.device().is_cpu();
}

void check_shapes(const char* where, const at::Tensor& a, const at::Tensor& b, bool fits) {
  if (fits) return;
  std::ostringstream came;
  came << a.sizes() << " @ " << b.sizes();
  throw Error(ErrorKind::kShape)
      .at(where)
      .fact("the inner or the leading axes do not agree: " + came.str());
}

at::Tensor product_2d(const at::Tensor& a, const at::Tensor& b) {
  if (!goes_through_onednn(a)) return at::matmul(a, b);
  at::Tensor c = at::empty({a.size(0), b.size(1)}, a.options());
  if (a.size(1) == 0) return c.zero_();
  if (c.numel() > 0) gemm(a, b, 0.0F, c);
  return c;
}

// The leading axes as exactly two, without a copy where the strides allow.
at::Tensor with_two_leading_axes(const at::Tensor& tensor) {
  if (tensor.dim() == 4) return tensor;
  if (tensor.dim() == 3) return tensor.unsqueeze(0);
  return tensor.reshape({1, -1, tensor.size(-2), tensor.size(-1)});
}

at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  if (a.dim() == 2) return product_2d(a, b);
  if (!goes_through_onednn(a) || a.numel() == 0 || b.numel() == 0) return at::matmul(a, b);
  std::vector<int64_t> shape = a.sizes().vec();
  shape.back() = b.size(-1);
  return onednn_batched_matmul(with_two_leading_axes(a), with_two_leading_axes(b)).view(shape);
}

struct Matmul : torch::autograd::Function<Matmul> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& a, const at::Tensor& b) {
    context->save_for_backward({a, b});
    return product(a, b);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor& gradient = gradients[0];
    return {kairo::matmul(gradient, saved[1].transpose(-2, -1)),
            kairo::matmul(saved[0].transpose(-2, -1), gradient)};
  }
};

}  // namespace

at::Tensor matmul(const at::Tensor& a, const at::Tensor& b) {
  const bool fits = a.dim() >= 2 && a.dim() == b.dim() && a.size(-1) == b.size(-2) &&
                    a.sizes().slice(0, a.dim() - 2) == b.sizes().slice(0, b.dim() - 2);
  check_shapes("matmul", a, b, fits);
  return Matmul::apply(a, b);
}

}  // namespace kairo
