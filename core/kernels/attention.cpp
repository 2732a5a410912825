#include "core/kernels/attention.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "core/kernels/attention_heads.h"
#include "core/kernels/matmul.h"
#include "hooks/error.h"

namespace kairo {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// q, k and v of one call, or the gradients of them; all [batch, rows, head, d_head] with unit
// stride along d_head.
struct Parts {
  at::Tensor q, k, v;
};

// What a head's loops see of one example and head.
HeadRows rows_of(const at::Tensor& tensor, int64_t example, int64_t head) {
  float* data = tensor.data_ptr<float>();
  return {data + example * tensor.stride(0) + head * tensor.stride(2), tensor.stride(1)};
}

HeadForward head_of(const Parts& parts, const at::Tensor& z, const at::Tensor& visible,
                    int64_t example, int64_t head) {
  HeadForward one;
  one.q = rows_of(parts.q, example, head);
  one.k = rows_of(parts.k, example, head);
  one.v = rows_of(parts.v, example, head);
  one.z = rows_of(z, example, head);
  one.rows = parts.q.size(1);
  one.keys = parts.k.size(1);
  one.d_head = parts.q.size(3);
  one.visible = visible.data_ptr<int64_t>();
  return one;
}

template <typename Run>
void for_each_head(const at::Tensor& q, Run run) {
  const int64_t heads = q.size(2);
  at::parallel_for(0, q.size(0) * heads, 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) run(i / heads, i % heads);
  });
}

at::Tensor forward_heads(const Parts& parts, const at::Tensor& visible) {
  const at::Tensor z = at::empty(parts.q.sizes(), parts.q.options());
  for_each_head(parts.q, [&](int64_t example, int64_t head) {
    head_forward(head_of(parts, z, visible, example, head));
  });
  return z;
}

void backward_heads(const Parts& parts, const at::Tensor& visible, const at::Tensor& z_gradient,
                    const Parts& gradients) {
  for_each_head(parts.q, [&](int64_t example, int64_t head) {
    HeadBackward one;
    one.forward = head_of(parts, z_gradient, visible, example, head);
    one.z_gradient = rows_of(z_gradient, example, head);
    one.q_gradient = rows_of(gradients.q, example, head);
    one.k_gradient = rows_of(gradients.k, example, head);
    one.v_gradient = rows_of(gradients.v, example, head);
    head_backward(one);
  });
}

Parts split(const at::Tensor& packed) {
  const int64_t heads = packed.size(2) / 3;
  return {packed.narrow(2, 0, heads), packed.narrow(2, heads, heads),
          packed.narrow(2, 2 * heads, heads)};
}

Parts split(const at::Tensor& q, const at::Tensor& packed) {
  const int64_t heads = q.size(2);
  return {q, packed.narrow(2, 0, heads), packed.narrow(2, heads, heads)};
}

at::Tensor with_unit_stride(const at::Tensor& x) { return x.stride(3) == 1 ? x : x.contiguous(); }

void refuse_second_derivative() {
  if (!at::GradMode::is_enabled()) return;
  throw Error(ErrorKind::kUsage, {"attention", "one backward pass", "a second derivative",
                                  "look at attn.hook_pattern: step by step it has one"});
}

struct PackedAttention : torch::autograd::Function<PackedAttention> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& packed,
                            const at::Tensor& visible) {
    context->save_for_backward({packed, visible});
    return forward_heads(split(packed), visible);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuse_second_derivative();
    const variable_list saved = context->get_saved_variables();
    const at::Tensor gradient = at::empty(saved[0].sizes(), saved[0].options());
    backward_heads(split(saved[0]), saved[1], with_unit_stride(gradients[0]), split(gradient));
    return {gradient, at::Tensor()};
  }
};

struct RowAttention : torch::autograd::Function<RowAttention> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& packed,
                            const at::Tensor& visible) {
    context->save_for_backward({q, packed, visible});
    return forward_heads(split(q, packed), visible);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuse_second_derivative();
    const variable_list saved = context->get_saved_variables();
    const at::Tensor q_gradient = at::empty(saved[0].sizes(), saved[0].options());
    const at::Tensor packed_gradient = at::empty(saved[1].sizes(), saved[1].options());
    backward_heads(split(saved[0], saved[1]), saved[2], with_unit_stride(gradients[0]),
                   split(q_gradient, packed_gradient));
    return {q_gradient, packed_gradient, at::Tensor()};
  }
};

at::Tensor by_plain_operations(const Parts& parts, const at::Tensor& visible) {
  const double scale = 1.0 / std::sqrt(static_cast<double>(parts.q.size(3)));
  const at::Tensor scores =
      kairo::matmul(parts.q.permute({0, 2, 1, 3}), parts.k.permute({0, 2, 3, 1})) * scale;
  const at::Tensor keys = at::arange(parts.k.size(1), visible.options());
  const at::Tensor hidden = keys.unsqueeze(0) >= visible.unsqueeze(1);
  const at::Tensor pattern =
      at::softmax(scores.masked_fill(hidden, -std::numeric_limits<double>::infinity()), -1);
  return kairo::matmul(pattern, parts.v.permute({0, 2, 1, 3})).permute({0, 2, 1, 3});
}

bool has_kernel(const at::Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.numel() > 0;
}

void check(bool fits, const at::Tensor& first, const at::Tensor& visible) {
  if (fits) return;
  std::ostringstream came;
  came << first.sizes() << ", visible " << visible.sizes() << " " << visible.scalar_type();
  throw Error(
      ErrorKind::kShape,
      {"attention",
       "heads [batch, rows, head, d_head] and visible [rows] int64 from 1 to the number of keys",
       came.str(), ""});
}

// One number from 1 to `keys` for each row: the loops trust it.
bool is_row_count(const at::Tensor& visible, int64_t rows, int64_t keys) {
  if (visible.dim() != 1 || visible.size(0) != rows || visible.scalar_type() != at::kLong) {
    return false;
  }
  if (!visible.device().is_cpu()) return true;
  const auto counts = visible.accessor<int64_t, 1>();
  for (int64_t row = 0; row < rows; ++row) {
    if (counts[row] < 1 || counts[row] > keys) return false;
  }
  return true;
}

}  // namespace

at::Tensor packed_attention(const at::Tensor& packed, const at::Tensor& visible) {
  check(packed.dim() == 4 && packed.size(2) % 3 == 0 &&
            is_row_count(visible, packed.size(1), packed.size(1)),
        packed, visible);
  if (!has_kernel(packed)) return by_plain_operations(split(packed), visible);
  return PackedAttention::apply(with_unit_stride(packed), visible.contiguous());
}

at::Tensor row_attention(const at::Tensor& q, const at::Tensor& packed, const at::Tensor& visible) {
  check(q.dim() == 4 && packed.dim() == 4 && packed.size(2) == 2 * q.size(2) &&
            packed.size(0) == q.size(0) && packed.size(3) == q.size(3) &&
            is_row_count(visible, q.size(1), packed.size(1)),
        q, visible);
  if (!has_kernel(q)) return by_plain_operations(split(q, packed), visible);
  return RowAttention::apply(with_unit_stride(q), with_unit_stride(packed), visible.contiguous());
}

}  // namespace kairo
