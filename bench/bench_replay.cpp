// The replay of the probes that run by default over a run of k10_n1000's size: 101 checkpoints,
// patching over all sites, 256 examples; then the analysis of its records, with figures and
// reports. The checkpoints are perturbed initial weights: nothing is trained. Checked: the patched
// logit differences of one checkpoint against one full pass a patch; the reports against a second
// run. KAIRO_BENCH_CHECKPOINTS: fewer checkpoints; KAIRO_BENCH_DIR: the run's folder.

#include <cstdlib>
#include <string>

#include "bench/replay_run.h"
#include "bench/result.h"

namespace kairo {
namespace {

constexpr int kReplayRounds = 3;
constexpr int kAnalysisRounds = 3;

int64_t checkpoints_asked() {
  const char* asked = std::getenv("KAIRO_BENCH_CHECKPOINTS");
  return asked == nullptr ? 101 : std::max(1, std::atoi(asked));
}

void time_replay(benchmark::State& state) {
  ReplayRun run(checkpoints_asked());
  run.check();
  ProductFloor floor(run.products_of_a_checkpoint(), run.n_checkpoints(), bench_pool());
  std::vector<double> seconds;
  for (int round = 0; round < kReplayRounds; ++round) {
    run.forget_records();
    seconds.push_back(seconds_of([&] { run.replay_all(bench_pool().threads()); }));
    floor.sample();
  }
  report(state, seconds, floor.seconds());
  state.counters["checkpoints"] = static_cast<double>(run.n_checkpoints());
  state.counters["ms_a_checkpoint"] =
      state.counters["median_ms"] / static_cast<double>(run.n_checkpoints());
}

void time_analysis(benchmark::State& state) {
  ReplayRun run(checkpoints_asked());
  run.replay_all(bench_pool().threads());
  std::vector<double> seconds;
  std::string first;
  for (int round = 0; round < kAnalysisRounds; ++round) {
    std::string report_text;
    seconds.push_back(seconds_of([&] { report_text = run.analyze(); }));
    if (first.empty()) first = report_text;
    require_close("the same report twice", report_text == first ? 0 : 1, 0);
  }
  report(state, seconds, 0);
}

}  // namespace

void register_benches() {
  add_bench("replay/all_probes", time_replay);
  add_bench("analysis/figures_and_reports", time_analysis);
}

}  // namespace kairo
