#include "bench/kernel_case.h"

#include <torch/autograd.h>

#include <algorithm>
#include <memory>

#include "bench/memory_floor.h"
#include "bench/result.h"

namespace kairo {
namespace {

constexpr int kRounds = 15;
constexpr int kSlowRounds = 5;  // of kernels that take longer than kSlowSeconds
constexpr double kSlowSeconds = 0.1;
constexpr double kLeastSeconds = 5e-3;
constexpr double kTolerance = 1e-5;

using Function = std::function<at::Tensor(const Tensors&)>;

Tensors wanting_gradients(const Tensors& inputs) {
  Tensors wanting;
  for (const at::Tensor& each : inputs) {
    if (each.requires_grad()) wanting.push_back(each);
  }
  return wanting;
}

// The output and its gradients.
Tensors forward_backward(const Function& function, const Tensors& inputs,
                         const at::Tensor& out_gradient) {
  const at::Tensor out = function(inputs);
  Tensors results = torch::autograd::grad({out}, wanting_gradients(inputs), {out_gradient});
  results.push_back(out.detach());
  return results;
}

void check(const KernelCase& kernel, const Tensors& inputs, const at::Tensor& out_gradient) {
  const Tensors ours = forward_backward(kernel.ours, inputs, out_gradient);
  const Tensors plain = forward_backward(kernel.plain, inputs, out_gradient);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    require_close(kernel.name, relative_difference(ours[i], plain[i]), kTolerance);
  }
}

// A floor of either kind.
struct KernelFloor {
  std::unique_ptr<ProductFloor> products;
  std::unique_ptr<MemoryFloor> memory;

  explicit KernelFloor(const KernelCase& kernel) {
    WorkerPool& pool = bench_pool();
    if (kernel.products.empty()) {
      memory = std::make_unique<MemoryFloor>(kernel.bytes, pool);
      return;
    }
    ShardProducts all{kernel.products, 3 * kernel.attention_flop};
    all.add({backward_products(kernel.products), 0});
    products = std::make_unique<ProductFloor>(all, pool.threads(), pool);
  }
  void sample() { products ? products->sample() : memory->sample(); }
  double seconds() const { return products ? products->seconds() : memory->seconds(); }
};

}  // namespace

void time_kernel(const KernelCase& kernel, benchmark::State& state) {
  WorkerPool& pool = bench_pool();
  std::vector<Tensors> inputs;
  for (int i = 0; i < pool.threads(); ++i) inputs.push_back(kernel.make_inputs());
  const at::Tensor out_gradient = at::randn(kernel.ours(inputs[0]).sizes());
  check(kernel, inputs[0], out_gradient);
  int64_t repeats = 1;
  const auto on_every_thread = [&](const Function& function) {
    pool.run(pool.threads(), [&](int64_t thread) {
      const auto i = static_cast<std::size_t>(thread);
      for (int64_t n = 0; n < repeats; ++n) forward_backward(function, inputs[i], out_gradient);
    });
  };
  on_every_thread(kernel.ours);
  const double once = seconds_of([&] { on_every_thread(kernel.ours); });
  repeats = std::max<int64_t>(1, static_cast<int64_t>(kLeastSeconds / once));
  KernelFloor floor(kernel);
  auto seconds = time_in_turns({[&] { on_every_thread(kernel.ours); },
                                [&] { on_every_thread(kernel.plain); }, [&] { floor.sample(); }},
                               once > kSlowSeconds ? kSlowRounds : kRounds);
  for (auto& piece : seconds) {
    for (double& each : piece) each /= static_cast<double>(repeats);
  }
  report(state, seconds[0], floor.seconds());
  state.counters["plain_ms"] = 1e3 * median(seconds[1]);
}

}  // namespace kairo
