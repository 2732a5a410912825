#include "core/kernels/layer_norm.h"

#include <ATen/ATen.h>

#include "core/kernels/backward_parts.h"

namespace kairo {
namespace {

struct NormGradients {
  at::Tensor gain, bias;
};

struct LayerNorm : torch::autograd::Function<LayerNorm> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                            const OptionalTensor& gain, const OptionalTensor& bias, double eps,
                            const NormGradients& gradients) {
    const int64_t width = x.size(-1), rows = x.numel() / width;
    const at::Tensor y = at::empty_like(x), kept = at::empty({rows, 2}, x.options());
    norm_rows({x.data_ptr<float>(), data_or_null(gain.value_or(at::Tensor())),
               data_or_null(bias.value_or(at::Tensor())), static_cast<float>(eps), rows, width},
              y.data_ptr<float>(), kept.data_ptr<float>());
    context->save_for_backward({x, kept, gain.value_or(at::Tensor())});
    keep_gradient(context, "gain", gradients.gain);
    keep_gradient(context, "bias", gradients.bias);
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list outputs) {
    refuse_second_derivative("layer_norm");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &gain = saved[2];
    const int64_t width = x.size(-1);
    const NormRows norm{
        x.data_ptr<float>(), data_or_null(gain), nullptr, 0, x.numel() / width, width};
    const at::Tensor y_gradient = outputs[0].contiguous(), x_gradient = at::empty_like(x);
    variable_list results(5);
    at::Tensor to_gain, to_bias;
    if (gain.defined()) {
      if (context->needs_input_grad(1)) to_gain = gradient_buffer(context, "gain", gain);
      if (context->needs_input_grad(2)) to_bias = gradient_buffer(context, "bias", gain);
    }
    norm_rows_backward(norm, saved[1].data_ptr<float>(), y_gradient.data_ptr<float>(),
                       x_gradient.data_ptr<float>(), data_or_null(to_gain), data_or_null(to_bias));
    results[0] = x_gradient;
    results[1] = for_autograd(context, "gain", to_gain);
    results[2] = for_autograd(context, "bias", to_bias);
    return results;
  }
};

}  // namespace

at::Tensor layer_norm(const at::Tensor& x, const Weight& gain, const Weight& bias, double eps) {
  if (!has_kernels(x)) {
    return at::layer_norm(x, {x.size(-1)}, gain.value, bias.value, eps);
  }
  return LayerNorm::apply(x.contiguous(), if_defined(gain.value), if_defined(bias.value), eps,
                          NormGradients{gain.gradient, bias.gradient});
}

}  // namespace kairo
