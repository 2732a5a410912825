// Each kernel of core/kernels, forward and backward, at a shard's size of k10_n1000 (32 x 16
// tokens, d_model 128) and of GPT-2 small (1 x 256, 768), single-threaded on every thread at once
// as shards run it. Checked against LibTorch's own operations. The floor: the kernel's products, or
// copying the bytes it must read and write.
//
// A new kernel is one more function here that returns its KernelCase, and a line in
// register_benches.
#include <torch/optim/adamw.h>
#include <torch/utils.h>

#include <cmath>
#include <limits>

#include "bench/kernel_case.h"
#include "bench/memory_floor.h"
#include "bench/result.h"
#include "core/kernels/adamw.h"
#include "core/kernels/attention.h"
#include "core/kernels/cross_entropy.h"
#include "core/kernels/embedding.h"
#include "core/kernels/gelu.h"
#include "core/kernels/layer_norm.h"
#include "core/kernels/linear.h"

namespace kairo {
namespace {

// Tokens of a shard and the widths they have in the model.
struct Size {
  std::string name;
  int64_t rows, d_model, d_mlp, d_vocab;
};
const Size kK10 = {"k10", 512, 128, 512, 40};
const Size kGpt2 = {"gpt2", 256, 768, 3072, 50257};

at::Tensor leaf(at::IntArrayRef shape, double scale = 1) {
  return (at::randn(shape) * scale).requires_grad_();
}

int64_t bytes_of(int64_t elements) { return elements * static_cast<int64_t>(sizeof(float)); }

KernelCase norm_case(const Size& size) {
  constexpr double kEps = 1e-5;
  KernelCase kernel;
  kernel.name = "layer_norm/" + size.name;
  kernel.make_inputs = [=] {
    return Tensors{leaf({size.rows, size.d_model}), leaf({size.d_model}), leaf({size.d_model})};
  };
  kernel.ours = [=](const Tensors& in) { return kairo::layer_norm(in[0], in[1], in[2], kEps); };
  kernel.plain = [=](const Tensors& in) {
    return at::layer_norm(in[0], {size.d_model}, in[1], in[2], kEps);
  };
  // x and y forward; x, y' and x' backward.
  kernel.bytes = bytes_of(5 * size.rows * size.d_model);
  return kernel;
}

KernelCase linear_case(const Size& size) {
  KernelCase kernel;
  kernel.name = "linear_mlp_in/" + size.name;
  kernel.make_inputs = [=] {
    return Tensors{leaf({size.rows, size.d_model}), leaf({size.d_model, size.d_mlp}),
                   leaf({size.d_mlp})};
  };
  kernel.ours = [](const Tensors& in) { return kairo::linear(in[0], in[1], in[2]); };
  kernel.plain = [](const Tensors& in) { return at::addmm(in[2], in[0], in[1]); };
  kernel.products = {{size.rows, size.d_model, size.d_mlp}};
  return kernel;
}

KernelCase gelu_case(const Size& size) {
  KernelCase kernel;
  kernel.name = "gelu/" + size.name;
  kernel.make_inputs = [=] { return Tensors{leaf({size.rows, size.d_mlp})}; };
  kernel.ours = [](const Tensors& in) { return kairo::gelu(in[0]); };
  kernel.plain = [](const Tensors& in) { return at::gelu(in[0]); };
  kernel.bytes = bytes_of(5 * size.rows * size.d_mlp);
  return kernel;
}

// The MLP with its residual.
KernelCase mlp_case(const Size& size) {
  KernelCase kernel;
  kernel.name = "gelu_mlp/" + size.name;
  kernel.make_inputs = [=] {
    return Tensors{leaf({size.rows, size.d_model}),       leaf({size.rows, size.d_model}),
                   leaf({size.d_model, size.d_mlp}, 0.1), leaf({size.d_mlp}),
                   leaf({size.d_mlp, size.d_model}, 0.1), leaf({size.d_model})};
  };
  kernel.ours = [](const Tensors& in) {
    return gelu_mlp(in[0], {in[2], in[3], in[4], in[5]}, in[1]);
  };
  kernel.plain = [](const Tensors& in) {
    return in[1] + at::addmm(in[5], at::gelu(at::addmm(in[3], in[0], in[2])), in[4]);
  };
  kernel.products = {{size.rows, size.d_model, size.d_mlp}, {size.rows, size.d_mlp, size.d_model}};
  return kernel;
}

KernelCase embedding_case(const Size& size, int64_t pos) {
  KernelCase kernel;
  kernel.name = "embedding/" + size.name;
  const at::Tensor tokens = at::randint(size.d_vocab, {size.rows / pos, pos}, at::kLong);
  kernel.make_inputs = [=] {
    return Tensors{leaf({size.d_vocab, size.d_model}), leaf({pos, size.d_model})};
  };
  kernel.ours = [=](const Tensors& in) { return kairo::embed(tokens, in[0], in[1]); };
  kernel.plain = [=](const Tensors& in) { return at::embedding(in[0], tokens) + in[1]; };
  kernel.bytes = bytes_of(5 * size.rows * size.d_model);
  return kernel;
}

at::Tensor plain_attention(const at::Tensor& packed) {
  const int64_t pos = packed.size(1), heads = packed.size(2) / 3;
  const auto part = [&](int64_t i) {
    return packed.narrow(2, i * heads, heads).permute({0, 2, 1, 3});
  };
  const at::Tensor scores = at::matmul(part(0), part(1).transpose(-2, -1)) /
                            std::sqrt(static_cast<double>(packed.size(3)));
  const at::Tensor hidden = at::ones({pos, pos}, at::kBool).triu(1);
  const at::Tensor pattern =
      at::softmax(scores.masked_fill(hidden, -std::numeric_limits<double>::infinity()), -1);
  return at::matmul(pattern, part(2)).permute({0, 2, 1, 3});
}

KernelCase attention_case(const std::string& name, int64_t batch, int64_t pos, int64_t heads,
                          int64_t d_head) {
  KernelCase kernel;
  kernel.name = "attention/" + name;
  kernel.make_inputs = [=] { return Tensors{leaf({batch, pos, 3 * heads, d_head})}; };
  const at::Tensor visible = at::arange(1, pos + 1, at::kLong);
  kernel.ours = [=](const Tensors& in) { return packed_attention(in[0], visible); };
  kernel.plain = [](const Tensors& in) { return plain_attention(in[0]); };
  // Priced at the rate of a product whose operands fit a core's cache; counted no time itself.
  kernel.products = {{256, 256, 256, false, false, 0}};
  kernel.attention_flop =
      4.0 * static_cast<double>(batch * heads * d_head) * static_cast<double>(pos * (pos + 1) / 2);
  return kernel;
}

// Unembedding and cross-entropy as the training step does them.
KernelCase loss_case(const Size& size, int64_t rows) {
  KernelCase kernel;
  kernel.name = "unembed_cross_entropy/" + size.name;
  const at::Tensor labels = at::randint(size.d_vocab, {rows}, at::kLong);
  kernel.make_inputs = [=] {
    return Tensors{leaf({rows, size.d_model}), leaf({size.d_model, size.d_vocab}, 0.02),
                   leaf({size.d_vocab}, 0.02)};
  };
  kernel.ours = [=](const Tensors& in) { return unembed_loss(in[0], in[1], in[2], labels).mean(); };
  kernel.plain = [=](const Tensors& in) {
    return at::cross_entropy_loss(at::addmm(in[2], in[0], in[1]), labels);
  };
  kernel.products = {{rows, size.d_model, size.d_vocab}};
  return kernel;
}

// In place and without a graph, so not a KernelCase. On the whole machine, as the learner runs it.
void time_adamw(int64_t n, benchmark::State& state) {
  const at::Tensor gradients = at::randn({n}), start = at::randn({n});
  at::Tensor values = start.clone(), first = at::zeros({n}), second = at::zeros({n});
  const AdamWStep step;
  adamw_update(step, gradients, values, first, second);
  at::Tensor expected = start.clone().requires_grad_();
  expected.mutable_grad() = gradients.clone();
  torch::optim::AdamW plain({expected}, torch::optim::AdamWOptions(1e-3).weight_decay(0.01));
  plain.step();
  require_close("AdamW", relative_difference(values, expected), 1e-5);
  // Reads gradient, value and both moments; writes all but the gradient.
  MemoryFloor floor(bytes_of(7 * n) / bench_pool().threads(), bench_pool());
  const auto seconds = time_in_turns({[&] { adamw_update(step, gradients, values, first, second); },
                                      [&] { plain.step(); }, [&] { floor.sample(); }},
                                     15);
  report(state, seconds[0], floor.seconds());
  state.counters["plain_ms"] = 1e3 * median(seconds[1]);
}

}  // namespace

void register_benches() {
  const auto add = [](const KernelCase& kernel) {
    add_bench(kernel.name, [=](auto& state) { time_kernel(kernel, state); });
  };
  torch::manual_seed(3);
  for (const Size& size : {kK10, kGpt2}) {
    add(norm_case(size));
    add(linear_case(size));
    add(gelu_case(size));
    add(mlp_case(size));
  }
  add(embedding_case(kK10, 16));
  add(embedding_case(kGpt2, 256));
  add(attention_case("32x16_4x32", 32, 16, 4, 32));
  add(attention_case("1x256_12x64", 1, 256, 12, 64));
  add(attention_case("1x1024_12x64", 1, 1024, 12, 64));
  add(loss_case(kK10, 160));
  add(loss_case(kGpt2, 255));
  add_bench("adamw/k10_0.8M", [](auto& state) { time_adamw(810'000, state); });
  add_bench("adamw/gpt2_30M", [](auto& state) { time_adamw(30'000'000, state); });
}

}  // namespace kairo
