#include "core/kernels/gelu.h"

#include <ATen/ATen.h>

#include "core/kernels/backward_parts.h"

namespace kairo {
namespace {

struct Gelu : torch::autograd::Function<Gelu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, GeluForm form,
                            Backward backward) {
    const at::Tensor y = at::empty_like(x);
    const at::Tensor slope = backward == Backward::kCanFollow ? at::empty_like(x) : at::Tensor();
    const int64_t width = x.dim() == 0 ? 1 : x.size(-1);
    gelu_rows(form, x.data_ptr<float>(), nullptr, x.numel() / width, width, y.data_ptr<float>(),
              data_or_null(slope));
    context->save_for_backward({slope});
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list outputs) {
    refuse_second_derivative("gelu");
    return {outputs[0] * context->get_saved_variables()[0], at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor gelu(const at::Tensor& x, GeluForm form) {
  if (!has_kernels(x)) return at::gelu(x, form == GeluForm::kExact ? "none" : "tanh");
  return Gelu::apply(x.contiguous(), form, backward_of({x}));
}

}  // namespace kairo
