// A training step through the real learner: shards, clipping, AdamW. Checked against LibTorch's own
// operations; the floor is the step's matrix products with the last block done only where the loss
// reads.
#include "bench/result.h"
#include "bench/step_work.h"

namespace kairo {
namespace {

void time_step(const StepShape& shape, int rounds, benchmark::State& state) {
  StepWork work(shape, bench_pool());
  work.check();
  ProductFloor floor(work.products_of_a_shard(), work.shards(), bench_pool());
  report_against(
      floor, [&] { work.update(); }, rounds, state);
  state.counters["gflop"] = floor.gflop();
}

}  // namespace

void register_benches() {
  add_bench("train_step/k10_n1000", [](auto& state) { time_step(k10_step(), 30, state); });
  add_bench("train_step/gpt2_small_2x256", [](auto& state) { time_step(gpt2_step(), 5, state); });
}

}  // namespace kairo
