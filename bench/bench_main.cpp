// The main of every bench: Google Benchmark with the machine, threads, build and libraries in its
// context, on the console and in --benchmark_format=json.
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <benchmark/benchmark.h>

#include <iostream>
#include <string>

#include "core/kernels/process_setup.h"
#include "core/version.h"

int main(int argc, char** argv) {
  kairo::set_up_process(/*threads=*/0);
  benchmark::AddCustomContext("kairoscope", kairo::version());
  benchmark::AddCustomContext("libtorch", TORCH_VERSION);
  benchmark::AddCustomContext("cpu_capability", at::get_cpu_capability());
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
