// Peak memory of training: 200 steps of k10_n1000 by the program itself, with its evaluations and
// checkpoints. Checked: at most 350 MiB, of which LibTorch takes what the empty program beside it
// takes.
#include <algorithm>

#include "bench/child_program.h"
#include "bench/result.h"
#include "bench/scratch.h"
#include "core/base/error.h"

namespace kairo {
namespace {

constexpr double kMostMib = 350;

void measure_training(benchmark::State& state) {
  const Scratch folder;
  const ProcessEnd training = run_child(
      "train", {"--config", "k10_n1000.yaml", "--output-dir", folder.path(), "--quiet",
                "--no-progress", "training.max_steps=200", "training.checkpoint_every=50"});
  report(state, {training.cpu_seconds}, 0);
  state.counters["peak_mib"] = training.peak_mib;
  state.counters["empty_program_mib"] = run_child("empty_main", {}).peak_mib;
  if (training.peak_mib <= kMostMib) return;
  throw Error(ErrorKind::kNumeric)
      .at("training k10_n1000")
      .expected("at most 350 MiB of memory at its peak")
      .came(std::to_string(training.peak_mib) + " MiB");
}

}  // namespace

void register_benches() { add_bench("memory/train_k10_n1000", measure_training); }

}  // namespace kairo
