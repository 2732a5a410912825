// A forward pass without gradients and a full cache: k10_n1000's model, 256 x 16 tokens. Checked
// against the twin in double loops, every cached point of some sequences; the floor of both is the
// pass's matrix products.
#include <torch/utils.h>

#include <cmath>

#include "bench/plain_model.h"
#include "bench/result.h"
#include "bench/step_work.h"
#include "core/model/cached_run.h"
#include "core/model/transformer/reference.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

constexpr int64_t kBatch = 256;
constexpr int64_t kPositions = 16;
constexpr int64_t kCheckedSequences = 2;
constexpr int kRounds = 40;
constexpr double kTolerance = 1e-5;

struct ForwardWork {
  Transformer model{k10_step().model};
  at::Tensor tokens;

  ForwardWork() {
    model.initialize();
    model.parameters().freeze();
    torch::manual_seed(2);
    tokens = at::randint(model.options().d_vocab, {kBatch, kPositions}, at::kLong);
  }

  ReferenceRun reference(int64_t sequence) const {
    NumbersByName parameters;
    for (const ParameterView& view : model.parameters().views()) {
      const at::Tensor values = view.of(model.parameters().values()).to(at::kDouble).contiguous();
      const double* first = values.data_ptr<double>();
      parameters[view.name].assign(first, first + values.numel());
    }
    const at::Tensor row = tokens[sequence].contiguous();
    const int64_t* first = row.data_ptr<int64_t>();
    return reference_forward(model.options(), parameters, {first, first + row.numel()});
  }

  ProductFloor floor() const {
    const int64_t threads = bench_pool().threads();
    const PassShape shard{(kBatch + threads - 1) / threads, kPositions, {}};
    return {inference_products(model.options(), shard), threads, bench_pool()};
  }
};

// Relative to the twin's numbers; masked scores, infinite in both, count as equal.
double off(const at::Tensor& came, const std::vector<double>& numbers) {
  const at::Tensor expected =
      at::tensor(numbers, at::kDouble).view(came.sizes()).clamp(-1e30, 1e30);
  const at::Tensor is_finite = expected.abs() < 1e29;
  const at::Tensor wrong = (came.to(at::kDouble).clamp(-1e30, 1e30) - expected).abs();
  return (wrong.max() / expected.masked_select(is_finite).norm()).item<double>();
}

void time_forward(benchmark::State& state) {
  const torch::NoGradGuard no_grad;
  const ForwardWork work;
  const at::Tensor logits = work.model.forward(work.tokens);
  for (int64_t i = 0; i < kCheckedSequences; ++i) {
    require_close("the twin's logits", off(logits[i], work.reference(i).logits), kTolerance);
  }
  require_close("LibTorch's own logits",
                relative_difference(logits, plain_forward(work.model, work.tokens)), kTolerance);
  ProductFloor floor = work.floor();
  report_against(
      floor, [&] { work.model.forward(work.tokens); }, kRounds, state);
}

void time_full_cache(benchmark::State& state) {
  const torch::NoGradGuard no_grad;
  const ForwardWork work;
  const CachedRun run = run_with_cache(work.model, work.tokens);
  for (int64_t i = 0; i < kCheckedSequences; ++i) {
    const ReferenceRun expected = work.reference(i);
    for (const std::string& name : run.cache.names()) {
      require_close("the twin's " + name, off(run.cache[name][i], expected.activations.at(name)),
                    kTolerance);
    }
  }
  ProductFloor floor = work.floor();
  report_against(
      floor, [&] { run_with_cache(work.model, work.tokens); }, kRounds, state);
  state.counters["tensors"] = static_cast<double>(run.cache.names().size());
  state.counters["MiB"] =
      static_cast<double>(cache_bytes(work.model, kBatch, kPositions, {})) / (1 << 20);
}

}  // namespace

void register_benches() {
  add_bench("forward/256x16", time_forward);
  add_bench("run_with_cache/everything_256x16", time_full_cache);
}

}  // namespace kairo
