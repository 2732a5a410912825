// What the hand-written backward passes have in common; inside core/kernels only.
#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <initializer_list>
#include <string>

#include "core/base/error.h"
#include "core/kernels/gemm.h"
#include "core/kernels/rows.h"

namespace kairo {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

inline bool has_kernels(const at::Tensor& x) {
  return x.scalar_type() == at::kFloat && x.device().is_cpu() && x.numel() > 0;
}

// A tensor that a Function may get undefined.
using OptionalTensor = c10::optional<at::Tensor>;

inline OptionalTensor if_defined(const at::Tensor& tensor) {
  return tensor.defined() ? OptionalTensor(tensor) : OptionalTensor();
}

inline float* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

// Whether a backward pass can follow, for which forward has to keep something.
enum class Backward { kNone, kCanFollow };

// Asked before apply(): inside forward grad mode is off and tells nothing.
inline Backward backward_of(std::initializer_list<at::Tensor> inputs) {
  const bool wanted = std::any_of(inputs.begin(), inputs.end(),
                                  [](const at::Tensor& input) { return input.requires_grad(); });
  return wanted && at::GradMode::is_enabled() ? Backward::kCanFollow : Backward::kNone;
}

inline void refuse_second_derivative(const char* operation) {
  if (!at::GradMode::is_enabled()) return;
  throw Error(ErrorKind::kUsage)
      .at(operation)
      .fact("it has no second derivative")
      .hint("use a float64 model: its plain operations have one");
}

// Where an operation's backward puts the gradients of its weights: kept beside the graph, because
// autograd's saved variables may not change and these do.
inline void keep_gradient(AutogradContext* context, const char* name, const at::Tensor& gradient) {
  if (gradient.defined()) context->saved_data[name] = gradient;
}

// The buffer kept under `name`, or a new one of zeros like `value`.
inline at::Tensor gradient_buffer(AutogradContext* context, const char* name,
                                  const at::Tensor& value) {
  const auto found = context->saved_data.find(name);
  return found == context->saved_data.end() ? at::zeros(value.sizes(), value.options())
                                            : found->second.toTensor();
}

// What backward returns for a weight: nothing where its gradient went into the kept buffer.
inline at::Tensor for_autograd(AutogradContext* context, const char* name,
                               const at::Tensor& gradient) {
  return context->saved_data.count(name) > 0 ? at::Tensor() : gradient;
}

// Adds x^T · gradient to the weight's gradient; returns what autograd is to get.
inline at::Tensor weight_gradient(AutogradContext* context, const char* name,
                                  const at::Tensor& weight, const at::Tensor& x,
                                  const at::Tensor& gradient) {
  at::Tensor buffer = gradient_buffer(context, name, weight);
  gemm(x.t(), gradient, 1.0F, buffer);
  return for_autograd(context, name, buffer);
}

// Adds the sum of gradient [rows, width] over its rows to the bias's gradient.
inline at::Tensor bias_gradient(AutogradContext* context, const char* name,
                                const at::Tensor& gradient) {
  const at::Tensor buffer = gradient_buffer(context, name, gradient[0]);
  add_column_sums(gradient.data_ptr<float>(), gradient.size(0), gradient.size(1),
                  buffer.data_ptr<float>());
  return for_autograd(context, name, buffer);
}

inline at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  at::Tensor c = at::empty({a.size(0), b.size(1)}, a.options());
  gemm(a, b, 0.0F, c);
  return c;
}

}  // namespace kairo
