#include "core/kernels/embedding.h"

#include <ATen/ATen.h>

#include "core/kernels/backward_parts.h"

namespace kairo {
namespace {

struct EmbeddingGradients {
  at::Tensor tokens, positions;
};

struct Embed : torch::autograd::Function<Embed> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& w_tokens,
                            const OptionalTensor& w_positions, const at::Tensor& tokens,
                            const EmbeddingGradients& gradients) {
    const int64_t width = w_tokens.size(1), pos = tokens.size(1);
    const at::Tensor y = at::empty({tokens.size(0), pos, width}, w_tokens.options());
    const int64_t* ids = tokens.data_ptr<int64_t>();
    const float *table = w_tokens.data_ptr<float>(),
                *places = w_positions ? w_positions->data_ptr<float>() : nullptr;
    for (int64_t row = 0; row < tokens.numel(); ++row) {
      fill_rows(table + ids[row] * width, places == nullptr ? nullptr : places + row % pos * width,
                1, width, y.data_ptr<float>() + row * width);
    }
    context->save_for_backward({tokens, w_tokens, w_positions.value_or(at::Tensor())});
    keep_gradient(context, "tokens", gradients.tokens);
    keep_gradient(context, "positions", gradients.positions);
    return y;
  }
  static variable_list backward(AutogradContext* context, variable_list outputs) {
    refuse_second_derivative("embed");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &tokens = saved[0], gradient = outputs[0].contiguous();
    const int64_t width = gradient.size(2), pos = tokens.size(1);
    const float* from = gradient.data_ptr<float>();
    variable_list results(4);
    if (context->needs_input_grad(0)) {
      const at::Tensor to_tokens = gradient_buffer(context, "tokens", saved[1]);
      add_rows_at(from, tokens.data_ptr<int64_t>(), tokens.numel(), width,
                  to_tokens.data_ptr<float>());
      results[0] = for_autograd(context, "tokens", to_tokens);
    }
    if (!saved[2].defined() || !context->needs_input_grad(1)) return results;
    const at::Tensor to_positions = gradient_buffer(context, "positions", saved[2]);
    add_column_sums(from, tokens.size(0), pos * width, to_positions.data_ptr<float>());
    results[1] = for_autograd(context, "positions", to_positions);
    return results;
  }
};

}  // namespace

at::Tensor embed(const at::Tensor& tokens, const Weight& w_tokens, const Weight& w_positions) {
  if (!has_kernels(w_tokens.value)) {
    const at::Tensor embedded = at::embedding(w_tokens.value, tokens);
    if (!w_positions.value.defined()) return embedded;
    return embedded + w_positions.value.narrow(0, 0, tokens.size(1));
  }
  return Embed::apply(w_tokens.value, if_defined(w_positions.value), tokens.contiguous(),
                      EmbeddingGradients{w_tokens.gradient, w_positions.gradient});
}

}  // namespace kairo
