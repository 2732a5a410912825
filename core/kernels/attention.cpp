#include "core/kernels/attention.h"

#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "core/base/error.h"
#include "core/kernels/attention_heads.h"
#include "core/kernels/backward_parts.h"
#include "core/kernels/matmul.h"

namespace kairo {
namespace {

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

// Room for the patterns of all heads, where they are worth keeping for backward: past so many keys
// making them again costs less than the memory. [batch, head, rows, pattern_width]
at::Tensor room_for_patterns(const Parts& parts, Backward backward) {
  constexpr int64_t kMostKeys = 64;
  const int64_t keys = parts.k.size(1);
  if (backward == Backward::kNone || keys > kMostKeys) return {};
  return at::empty({parts.q.size(0), parts.q.size(2), parts.q.size(1), pattern_width(keys)},
                   parts.q.options());
}

HeadForward head_of(const Parts& parts, const at::Tensor& z, const at::Tensor& visible,
                    const at::Tensor& patterns, int64_t example, int64_t head) {
  HeadForward one;
  one.q = rows_of(parts.q, example, head);
  one.k = rows_of(parts.k, example, head);
  one.v = rows_of(parts.v, example, head);
  one.z = rows_of(z, example, head);
  one.rows = parts.q.size(1);
  one.keys = parts.k.size(1);
  one.d_head = parts.q.size(3);
  one.visible = visible.data_ptr<int64_t>();
  if (patterns.defined()) {
    one.pattern =
        patterns.data_ptr<float>() + example * patterns.stride(0) + head * patterns.stride(1);
  }
  return one;
}

template <typename Run>
void for_each_head(const at::Tensor& q, Run run) {
  const int64_t heads = q.size(2);
  at::parallel_for(0, q.size(0) * heads, 4, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) run(i / heads, i % heads);
  });
}

// Short rows far apart are what the processor does not foresee: a third of a head's time at 16
// positions went into waiting for them. Asks for the same head's rows of the example after this
// one.
void prefetch_next(const at::Tensor& x, int64_t example, int64_t head) {
  constexpr int64_t kFloatsPerLine = 16;
  if (example + 1 == x.size(0)) return;
  const HeadRows rows = rows_of(x, example + 1, head);
  for (int64_t row = 0; row < x.size(1); ++row) {
    for (int64_t i = 0; i < x.size(3); i += kFloatsPerLine) {
      __builtin_prefetch(rows.data + row * rows.stride + i);
    }
  }
}

at::Tensor forward_heads(const Parts& parts, const at::Tensor& visible,
                         const at::Tensor& patterns) {
  const at::Tensor z = at::empty(parts.q.sizes(), parts.q.options());
  for_each_head(parts.q, [&](int64_t example, int64_t head) {
    for (const at::Tensor* x : {&parts.q, &parts.k, &parts.v}) prefetch_next(*x, example, head);
    head_forward(head_of(parts, z, visible, patterns, example, head));
  });
  return z;
}

void backward_heads(const Parts& parts, const at::Tensor& visible, const at::Tensor& patterns,
                    const at::Tensor& z_gradient, const Parts& gradients) {
  for_each_head(parts.q, [&](int64_t example, int64_t head) {
    for (const at::Tensor* x : {&parts.q, &parts.k, &parts.v, &z_gradient}) {
      prefetch_next(*x, example, head);
    }
    HeadBackward one;
    one.forward = head_of(parts, z_gradient, visible, patterns, example, head);
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

at::Tensor with_rows_together(const at::Tensor& x) { return x.stride(3) == 1 ? x : x.contiguous(); }

struct PackedAttention : torch::autograd::Function<PackedAttention> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& packed,
                            const at::Tensor& visible, Backward backward) {
    const at::Tensor patterns = room_for_patterns(split(packed), backward);
    context->save_for_backward({packed, visible, patterns});
    return forward_heads(split(packed), visible, patterns);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuse_second_derivative("attention");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor gradient = at::empty(saved[0].sizes(), saved[0].options());
    backward_heads(split(saved[0]), saved[1], saved[2], with_rows_together(gradients[0]),
                   split(gradient));
    return {gradient, at::Tensor(), at::Tensor()};
  }
};

struct RowAttention : torch::autograd::Function<RowAttention> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& packed,
                            const at::Tensor& visible, Backward backward) {
    const at::Tensor patterns = room_for_patterns(split(q, packed), backward);
    context->save_for_backward({q, packed, visible, patterns});
    return forward_heads(split(q, packed), visible, patterns);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuse_second_derivative("attention");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor q_gradient = at::empty(saved[0].sizes(), saved[0].options());
    const at::Tensor packed_gradient = at::empty(saved[1].sizes(), saved[1].options());
    backward_heads(split(saved[0], saved[1]), saved[2], saved[3], with_rows_together(gradients[0]),
                   split(q_gradient, packed_gradient));
    return {q_gradient, packed_gradient, at::Tensor(), at::Tensor()};
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

void check_attention(bool fits, const at::Tensor& first, const at::Tensor& visible) {
  if (fits) return;
  std::ostringstream came;
  came << first.sizes() << ", visible " << visible.sizes() << " " << visible.scalar_type();
  throw Error(ErrorKind::kShape)
      .at("attention")
      .expected(
          "heads [batch, rows, head, d_head] and visible [rows] int64 from 1 to the number of keys")
      .came(came.str());
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

// Where each continuation's queries and own keys begin.
struct Begins {
  int64_t query = 0;
  int64_t key = 0;
};

std::vector<Begins> begins_of(const std::vector<Continuation>& continuations) {
  std::vector<Begins> begins;
  Begins next;
  for (const Continuation& each : continuations) {
    begins.push_back(next);
    next.query += each.rows;
    next.key += each.own;
  }
  return begins;
}

std::vector<int64_t> visible_to(const Continuation& one) {
  std::vector<int64_t> visible;
  for (int64_t row = 0; row < one.rows; ++row) {
    visible.push_back(one.before + one.own - one.rows + row + 1);
  }
  return visible;
}

HeadRows from_row(HeadRows rows, int64_t first) {
  rows.data += first * rows.stride;
  return rows;
}

// All heads of all examples and continuations, by the kernel.
at::Tensor continue_heads(const Parts& own, const Parts& before,
                          const std::vector<Continuation>& continuations) {
  const at::Tensor z = at::empty(own.q.sizes(), own.q.options());
  const std::vector<Begins> begins = begins_of(continuations);
  std::vector<std::vector<int64_t>> visible;
  for (const Continuation& each : continuations) visible.push_back(visible_to(each));
  const auto n = static_cast<int64_t>(continuations.size());
  const int64_t heads = own.q.size(2);
  at::parallel_for(0, own.q.size(0) * n * heads, 4, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t example = i / (n * heads), head = i % heads;
      const auto which = static_cast<std::size_t>(i / heads % n);
      const Continuation& one = continuations[which];
      HeadForward job;
      job.q = from_row(rows_of(own.q, example, head), begins[which].query);
      job.k = from_row(rows_of(own.k, example, head), begins[which].key);
      job.v = from_row(rows_of(own.v, example, head), begins[which].key);
      job.z = from_row(rows_of(z, example, head), begins[which].query);
      job.before_k = rows_of(before.k, example, head);
      job.before_v = rows_of(before.v, example, head);
      job.before = one.before;
      job.rows = one.rows;
      job.keys = one.before + one.own;
      job.d_head = own.q.size(3);
      job.visible = visible[which].data();
      head_forward(job);
    }
  });
  return z;
}

at::Tensor continue_plainly(const Parts& own, const Parts& before,
                            const std::vector<Continuation>& continuations) {
  const std::vector<Begins> begins = begins_of(continuations);
  std::vector<at::Tensor> z;
  for (std::size_t i = 0; i < continuations.size(); ++i) {
    const Continuation& one = continuations[i];
    const auto keys = [&](const at::Tensor& first, const at::Tensor& then) {
      return at::cat({first.narrow(1, 0, one.before), then.narrow(1, begins[i].key, one.own)}, 1);
    };
    z.push_back(by_plain_operations(
        {own.q.narrow(1, begins[i].query, one.rows), keys(before.k, own.k), keys(before.v, own.v)},
        at::tensor(visible_to(one), at::TensorOptions(at::kLong).device(own.q.device()))));
  }
  return at::cat(z, 1);
}

void check_continuations(const Parts& own, const Parts& before,
                         const std::vector<Continuation>& continuations) {
  Begins end;
  bool fits = own.q.dim() == 4 && own.k.dim() == 4 && before.k.dim() == 4 &&
              own.k.sizes() == own.v.sizes() && before.k.sizes() == before.v.sizes() &&
              own.q.size(2) == own.k.size(2) && own.q.size(2) == before.k.size(2) &&
              own.q.size(3) == own.k.size(3) && own.q.size(3) == before.k.size(3) &&
              own.q.size(0) == own.k.size(0) && own.q.size(0) == before.k.size(0);
  for (const Continuation& each : continuations) {
    fits = fits && each.before >= 0 && each.before <= before.k.size(1) && each.rows >= 1 &&
           each.rows <= each.own;
    end.query += each.rows;
    end.key += each.own;
  }
  fits = fits && end.query == own.q.size(1) && end.key == own.k.size(1);
  if (!fits) {
    throw Error(ErrorKind::kShape)
        .at("continued attention")
        .fact("queries and keys of the continuations do not lie side by side");
  }
  const bool wants_graph =
      at::GradMode::is_enabled() &&
      (own.q.requires_grad() || own.k.requires_grad() || own.v.requires_grad());
  if (!wants_graph) return;
  throw Error(ErrorKind::kUsage)
      .at("continued attention")
      .fact("it has no gradients")
      .hint("run it under NoGradGuard");
}

}  // namespace

at::Tensor packed_attention(const at::Tensor& packed, const at::Tensor& visible) {
  check_attention(packed.dim() == 4 && packed.size(2) % 3 == 0 &&
                      is_row_count(visible, packed.size(1), packed.size(1)),
                  packed, visible);
  if (!has_kernels(packed)) return by_plain_operations(split(packed), visible);
  return PackedAttention::apply(with_rows_together(packed), visible.contiguous(),
                                backward_of({packed}));
}

at::Tensor row_attention(const at::Tensor& q, const at::Tensor& packed, const at::Tensor& visible) {
  check_attention(q.dim() == 4 && packed.dim() == 4 && packed.size(2) == 2 * q.size(2) &&
                      packed.size(0) == q.size(0) && packed.size(3) == q.size(3) &&
                      is_row_count(visible, q.size(1), packed.size(1)),
                  q, visible);
  if (!has_kernels(q)) return by_plain_operations(split(q, packed), visible);
  return RowAttention::apply(with_rows_together(q), with_rows_together(packed),
                             visible.contiguous(), backward_of({q, packed}));
}

at::Tensor continued_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const at::Tensor& before_k, const at::Tensor& before_v,
                               const std::vector<Continuation>& continuations) {
  check_continuations({q, k, v}, {q, before_k, before_v}, continuations);
  if (!has_kernels(q)) {
    return continue_plainly({q, k, v}, {q, before_k, before_v}, continuations);
  }
  return continue_heads({with_rows_together(q), with_rows_together(k), with_rows_together(v)},
                        {q, with_rows_together(before_k), with_rows_together(before_v)},
                        continuations);
}

}  // namespace kairo
