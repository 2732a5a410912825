// A run folder as training leaves it, made without training: k10_n1000's dataset and checkpoints of
// perturbed initial weights.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/floor.h"
#include "bench/scratch.h"
#include "core/store/run_directory.h"
#include "probes/replay/replay.h"

namespace kairo {

class ReplayRun {
 public:
  explicit ReplayRun(int64_t n_checkpoints);

  int64_t n_checkpoints() const { return n_checkpoints_; }

  // Every probe over every checkpoint, as `analyze` does, with its default options.
  void replay_all(int jobs) const;
  void forget_records() const;
  // Events, figures and reports from the records, as `analyze` does; returns report.json.
  std::string analyze() const;

  // The last checkpoint's records against one full pass a patch: kNumeric where they are not within
  // 1e-5.
  void check() const;

  // Of one checkpoint: the patching sweep (bench/sweep_products.h), the candidates' continuations,
  // and a pass up to q for each other probe.
  ShardProducts products_of_a_checkpoint() const;

 private:
  std::vector<TrajectoryPoint> points() const;

  Scratch scratch_;
  RunDirectory directory_;
  int64_t n_checkpoints_;
};

}  // namespace kairo
