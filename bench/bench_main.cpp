// The main of every bench: Google Benchmark with the machine, threads, build and libraries in its
// context, and a table of results (bench/table_reporter.h) unless --benchmark_format asks for
// another.
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "bench/result.h"
#include "bench/table_reporter.h"
#include "core/base/version.h"
#include "core/kernels/process_setup.h"
#include "studies/probes/study_probes.h"
#include "training/this_machine.h"

namespace {

// KAIRO_BENCH_THREADS=1 measures one thread; unset: one per core.
int threads_asked() {
  const char* asked = std::getenv("KAIRO_BENCH_THREADS");
  return asked == nullptr ? 0 : std::atoi(asked);
}

bool asks_for_a_format(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]).rfind("--benchmark_format", 0) == 0) return true;
  }
  return false;
}

// 0, or 1 where a check failed: nothing was timed then.
int run_benches(bool as_table) {
  try {
    kairo::TableReporter table;
    if (as_table) {
      benchmark::RunSpecifiedBenchmarks(&table);
    } else {
      benchmark::RunSpecifiedBenchmarks();
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  kairo::open_study_probes();
  kairo::set_up_process(threads_asked());
  benchmark::AddCustomContext("kairoscope", kairo::version());
  const kairo::Machine machine = kairo::this_machine();
  benchmark::AddCustomContext("cpu", machine.cpu);
  benchmark::AddCustomContext("instruction_set", machine.instruction_set);
  for (const auto& [name, version] : machine.libraries) {
    benchmark::AddCustomContext(name, version);
  }
  benchmark::AddCustomContext("threads", std::to_string(at::get_num_threads()));
#ifdef NDEBUG
  benchmark::AddCustomContext("build", "optimised");
#else
  benchmark::AddCustomContext("build", "not optimised");
  std::cerr << "warning: this build is not optimised; its timings mean nothing\n";
#endif
  kairo::register_benches();
  const bool as_table = !asks_for_a_format(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  return run_benches(as_table);
}
