// The main of every bench: Google Benchmark with the machine, threads, build and libraries in its
// context, on the console and in --benchmark_format=json.
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "core/kernels/process_setup.h"
#include "core/version.h"
#include "training/machine.h"

namespace {

// KAIRO_BENCH_THREADS=1 measures one thread; unset: one per core.
int threads_asked() {
  const char* asked = std::getenv("KAIRO_BENCH_THREADS");
  return asked == nullptr ? 0 : std::atoi(asked);
}

}  // namespace

int main(int argc, char** argv) {
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
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
