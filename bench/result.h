// What a bench reports: how long its work took, and how long at least it must take on this machine.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <vector>

#include "bench/floor.h"
#include "bench/timing.h"
#include "core/kernels/worker_pool.h"

namespace kairo {

// As counters: median_ms, best_ms, spread (bench/timing.h), floor_ms and x_floor = median / floor;
// a floor of 0 is none.
void report(benchmark::State& state, const std::vector<double>& seconds, double floor_seconds);

// Times the work and its floor in turns and reports both.
void report_against(ProductFloor& floor, const Work& work, int rounds, benchmark::State& state);

// kNumeric where `off`, a relative difference, is not within `tolerance`: no timing is printed.
void require_close(const std::string& what, double off, double tolerance);

// One worker a thread of this run (KAIRO_BENCH_THREADS).
WorkerPool& bench_pool();

// |a - b| / |b| over all elements.
double relative_difference(const at::Tensor& a, const at::Tensor& b);

// Each bench program defines this: an add_bench for each of its benches.
void register_benches();

// A name as Google Benchmark has it, run once with the time it sets itself.
void add_bench(const std::string& name, std::function<void(benchmark::State&)> run);

}  // namespace kairo
