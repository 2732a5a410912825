// Start-up: the processor time (user + system) of each program's --help against that of an empty
// program linked with LibTorch, in turns. The latter loads some 280 libraries by itself, so a
// program that does without LibTorch starts in a fraction of it.
#include <benchmark/benchmark.h>

#include <sstream>
#include <string>
#include <vector>

#include "bench/child_program.h"
#include "bench/result.h"
#include "bench/timing.h"

namespace kairo {
namespace {

constexpr int kRounds = 11;

const std::vector<std::string>& program_names() {
  static const std::vector<std::string> names = [] {
    std::istringstream all(KAIRO_PROGRAMS);
    std::vector<std::string> words;
    for (std::string word; all >> word;)
      words.push_back(word == "probe" ? "probe_performance" : word);
    return words;
  }();
  return names;
}

double start(const std::string& program) { return run_child(program, {"--help"}).cpu_seconds; }

// The empty program's start is the floor.
void time_start(const std::string& program, benchmark::State& state) {
  std::vector<double> empty, ours;
  start("empty_main");
  start(program);
  for (int round = 0; round < kRounds; ++round) {
    empty.push_back(start("empty_main"));
    ours.push_back(start(program));
  }
  report(state, ours, median(empty));
}

}  // namespace

void register_benches() {
  for (const std::string& program : program_names()) {
    add_bench("start_up/" + program, [=](auto& state) { time_start(program, state); });
  }
}

}  // namespace kairo
