#include "core/kernels/linear.h"

#include <ATen/ATen.h>

#include <sstream>

#include "core/kernels/backward_parts.h"
#include "core/kernels/gelu.h"
#include "core/kernels/matmul.h"

namespace kairo {
namespace {

at::Tensor linear_rows(const at::Tensor& x) { return x.reshape({-1, x.size(-1)}); }

at::Tensor like_rows(const at::Tensor& rows, const at::Tensor& x) {
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = rows.size(-1);
  return rows.view(shape);
}

void check_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& residual) {
  const bool fits =
      weight.dim() == 2 && x.dim() >= 1 && x.size(-1) == weight.size(0) &&
      (!residual.defined() || (residual.size(-1) == weight.size(1) &&
                               residual.numel() / weight.size(1) == x.numel() / x.size(-1)));
  if (fits) return;
  std::ostringstream came;
  came << x.sizes() << " @ " << weight.sizes();
  if (residual.defined()) came << " + " << residual.sizes();
  throw Error(ErrorKind::kShape)
      .at("linear")
      .expected("x [.., in] @ weight [in, out] + residual [.., out]")
      .came(came.str());
}

// rows @ weight + bias + residual; bias and residual may be undefined.
at::Tensor affine(const at::Tensor& rows, const at::Tensor& weight, const at::Tensor& bias,
                  const at::Tensor& residual) {
  at::Tensor y = at::empty({rows.size(0), weight.size(1)}, rows.options());
  const bool begins = bias.defined() || residual.defined();
  if (begins) {
    fill_rows(data_or_null(bias), data_or_null(residual), y.size(0), y.size(1),
              y.data_ptr<float>());
  }
  gemm(rows, weight, begins ? 1.0F : 0.0F, y);
  return y;
}

struct LinearGradients {
  at::Tensor weight, bias;
};

struct Linear : torch::autograd::Function<Linear> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const OptionalTensor& bias, const OptionalTensor& residual,
                            const LinearGradients& gradients) {
    context->save_for_backward({x, weight});
    context->saved_data["has_bias"] = bias.has_value();
    context->saved_data["has_residual"] = residual.has_value();
    keep_gradient(context, "weight", gradients.weight);
    keep_gradient(context, "bias", gradients.bias);
    const at::Tensor y = affine(linear_rows(x), weight, bias.value_or(at::Tensor()),
                                residual ? residual->contiguous() : at::Tensor());
    return like_rows(y, x);
  }
  static variable_list backward(AutogradContext* context, variable_list outputs) {
    refuse_second_derivative("linear");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor rows = linear_rows(saved[0]);
    const at::Tensor gradient = outputs[0].reshape({-1, saved[1].size(1)}).contiguous();
    const bool has_bias = context->saved_data["has_bias"].toBool();
    variable_list results(5);
    if (context->needs_input_grad(0)) {
      results[0] = product(gradient, saved[1].t()).view_as(saved[0]);
    }
    if (context->needs_input_grad(1)) {
      results[1] = weight_gradient(context, "weight", saved[1], rows, gradient);
    }
    if (has_bias && context->needs_input_grad(2)) {
      results[2] = bias_gradient(context, "bias", gradient);
    }
    if (context->saved_data["has_residual"].toBool()) results[3] = outputs[0];
    return results;
  }
};

struct MlpGradients {
  at::Tensor w_in, b_in, w_out, b_out;
};

struct GeluMlp : torch::autograd::Function<GeluMlp> {
  // `backward`: of any input but the residual, whose gradient is the output's own. It stands last:
  // needs_input_grad does not count a tensor that is left out.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& w_in,
                            const at::Tensor& b_in, const at::Tensor& w_out,
                            const at::Tensor& b_out, const OptionalTensor& residual,
                            const MlpGradients& gradients, GeluForm form, Backward backward) {
    const at::Tensor pre = product(linear_rows(x), w_in);
    float* data = pre.data_ptr<float>();
    const bool keeps = backward == Backward::kCanFollow;
    const at::Tensor post = keeps ? at::empty_like(pre) : pre;
    gelu_rows(form, data, b_in.data_ptr<float>(), pre.size(0), pre.size(1), post.data_ptr<float>(),
              keeps ? data : nullptr);
    if (keeps) context->save_for_backward({x, post, pre, w_in, w_out});
    keep_gradient(context, "w_in", gradients.w_in);
    keep_gradient(context, "b_in", gradients.b_in);
    keep_gradient(context, "w_out", gradients.w_out);
    keep_gradient(context, "b_out", gradients.b_out);
    context->saved_data["has_residual"] = residual.has_value();
    return like_rows(affine(post, w_out, b_out, residual ? residual->contiguous() : at::Tensor()),
                     x);
  }
  static variable_list backward(AutogradContext* context, variable_list outputs) {
    refuse_second_derivative("gelu_mlp");
    variable_list results(9);
    if (context->saved_data["has_residual"].toBool()) results[5] = outputs[0];
    const variable_list saved = context->get_saved_variables();
    if (saved.empty()) return results;
    const at::Tensor &x = saved[0], &post = saved[1], &slope = saved[2], &w_in = saved[3],
                     &w_out = saved[4];
    const at::Tensor gradient = outputs[0].reshape({-1, w_out.size(1)}).contiguous();
    const auto needs = [&](std::size_t input) { return context->needs_input_grad(input); };
    if (needs(3)) results[3] = weight_gradient(context, "w_out", w_out, post, gradient);
    if (needs(4)) results[4] = bias_gradient(context, "b_out", gradient);
    const at::Tensor inner = product(gradient, w_out.t());
    const at::Tensor sums = needs(2) ? gradient_buffer(context, "b_in", w_in[0]) : at::Tensor();
    multiply_rows(slope.data_ptr<float>(), inner.size(0), inner.size(1), inner.data_ptr<float>(),
                  data_or_null(sums));
    results[2] = for_autograd(context, "b_in", sums);
    if (needs(1)) results[1] = weight_gradient(context, "w_in", w_in, linear_rows(x), inner);
    if (needs(0)) results[0] = product(inner, w_in.t()).view_as(x);
    return results;
  }
};

}  // namespace

at::Tensor linear(const at::Tensor& x, const Weight& weight, const Weight& bias,
                  const at::Tensor& residual) {
  check_linear(x, weight.value, residual);
  if (has_kernels(x) && weight.value.numel() > 0) {
    return Linear::apply(x, weight.value, if_defined(bias.value), if_defined(residual),
                         LinearGradients{weight.gradient, bias.gradient});
  }
  at::Tensor y = like_rows(kairo::matmul(linear_rows(x), weight.value), x);
  if (bias.value.defined()) y = y + bias.value;
  return residual.defined() ? residual + y : y;
}

at::Tensor gelu_mlp(const at::Tensor& x, const MlpWeights& weights, const at::Tensor& residual,
                    GeluForm form) {
  check_linear(x, weights.w_in.value, {});
  if (!has_kernels(x)) {
    return linear(kairo::gelu(linear(x, weights.w_in, weights.b_in), form), weights.w_out,
                  weights.b_out, residual);
  }
  const auto& [w_in, b_in, w_out, b_out] = weights;
  return GeluMlp::apply(x, w_in.value, b_in.value, w_out.value, b_out.value, if_defined(residual),
                        MlpGradients{w_in.gradient, b_in.gradient, w_out.gradient, b_out.gradient},
                        form, backward_of({x, w_in.value, b_in.value, w_out.value, b_out.value}));
}

}  // namespace kairo
