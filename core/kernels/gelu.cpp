#include "core/kernels/gelu.h"

#include "core/kernels/backward_parts.h"

namespace kairo {
namespace {

struct Gelu : torch::autograd::Function<Gelu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    const bool has_backward = x.requires_grad();
    const at::Tensor y = at::empty_like(x);
    const at::Tensor slope = has_backward ? at::empty_like(x) : at::Tensor();
    const int64_t width = x.dim() == 0 ? 1 : x.size(-1);
    gelu_rows(x.data_ptr<float>(), nullptr, x.numel() / width, width, y.data_ptr<float>(),
              has_backward ? slope.data_ptr<float>() : nullptr);
    if (has_backward) context->save_for_backward({slope});
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list outputs) {
    refuse_second_derivative("gelu");
    return {outputs[0] * context->get_saved_variables()[0]};
  }
};

}  // namespace

at::Tensor gelu(const at::Tensor& x) {
  if (!has_kernels(x)) return at::gelu(x);
  return Gelu::apply(x.contiguous());
}

}  // namespace kairo
