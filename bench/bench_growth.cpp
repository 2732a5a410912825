// How a training step grows with d_model, with the length of sequences and with the batch; all else
// is k10_n1000's. Tokens a step are held where the axis allows: 512 for d_model, 2048 for the
// length. us_a_token is what grows.
#include <algorithm>
#include <string>

#include "bench/result.h"
#include "bench/step_work.h"

namespace kairo {
namespace {

// Rounds so that a bench takes a few seconds whatever its step does.
int rounds_for(double gflop) { return std::clamp(static_cast<int>(300 / gflop), 5, 30); }

void time_step(const StepShape& shape, benchmark::State& state) {
  StepWork work(shape, bench_pool());
  work.check();
  ProductFloor floor(work.products_of_a_shard(), work.shards(), bench_pool());
  report_against(
      floor, [&] { work.update(); }, rounds_for(floor.gflop()), state);
  state.counters["us_a_token"] =
      1e3 * state.counters["median_ms"] / static_cast<double>(shape.batch * shape.pos);
}

StepShape with_d_model(int64_t d_model) {
  StepShape shape = k10_step();
  shape.model.d_model = d_model;
  shape.model.n_heads = d_model / shape.model.d_head;
  shape.model.d_mlp = 4 * d_model;
  shape.batch = 32;
  return shape;
}

StepShape with_length(int64_t pos) {
  StepShape shape = k10_step();
  shape.model.n_ctx = pos;
  shape.pos = pos;
  shape.batch = 2048 / pos;
  shape.loss = {0, pos - 1};
  shape.shards = std::min<int64_t>(shape.shards, shape.batch);
  return shape;
}

StepShape with_batch(int64_t batch) {
  StepShape shape = k10_step();
  shape.batch = batch;
  return shape;
}

void add(const std::string& axis, StepShape (*shape_of)(int64_t),
         std::initializer_list<int64_t> values) {
  for (const int64_t value : values) {
    add_bench("growth/" + axis + "/" + std::to_string(value),
              [=](auto& state) { time_step(shape_of(value), state); });
  }
}

}  // namespace

void register_benches() {
  add("d_model", with_d_model, {64, 128, 256, 512, 1024});
  add("length", with_length, {16, 64, 256, 1024});
  add("batch", with_batch, {16, 64, 256, 1024});
}

}  // namespace kairo
