// What the hand-written backward passes have in common; inside core/kernels only.
#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <string>

#include "core/kernels/gemm.h"
#include "core/kernels/rows.h"
#include "hooks/error.h"

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

inline const float* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

inline void refuse_second_derivative(const char* operation) {
  if (!at::GradMode::is_enabled()) return;
  throw Error(ErrorKind::kUsage, {operation, "one backward pass", "a second derivative",
                                  "float64 models have one, by plain operations"});
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

inline at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  at::Tensor c = at::empty({a.size(0), b.size(1)}, a.options());
  gemm(a, b, 0.0F, c);
  return c;
}

}  // namespace kairo
