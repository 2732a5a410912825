#include "bench/result.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"

namespace kairo {

void report(benchmark::State& state, const std::vector<double>& seconds, double floor_seconds) {
  const double middle = median(seconds);
  state.counters["median_ms"] = 1e3 * middle;
  state.counters["best_ms"] = 1e3 * *std::min_element(seconds.begin(), seconds.end());
  state.counters["spread"] = spread(seconds);
  if (floor_seconds > 0) {
    state.counters["floor_ms"] = 1e3 * floor_seconds;
    state.counters["x_floor"] = middle / floor_seconds;
  }
  state.SetIterationTime(middle);
}

void report_against(ProductFloor& floor, const Work& work, int rounds, benchmark::State& state) {
  const auto seconds = time_in_turns({work, [&] { floor.sample(); }}, rounds);
  report(state, seconds[0], floor.seconds());
}

WorkerPool& bench_pool() {
  static WorkerPool pool(at::get_num_threads());
  return pool;
}

void require_close(const std::string& what, double off, double tolerance) {
  if (off <= tolerance) return;  // false for NaN too
  throw Error(ErrorKind::kNumeric)
      .at(what)
      .fact("the answer is off by " + std::to_string(off) + ", more than " +
            std::to_string(tolerance) + ", so its time is not printed");
}

double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor expected = b.detach().to(at::kDouble);
  return ((a.detach().to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

void add_bench(const std::string& name, std::function<void(benchmark::State&)> run) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [run = std::move(run)](benchmark::State& state) {
                                 for (auto _ : state) run(state);
                               })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace kairo
