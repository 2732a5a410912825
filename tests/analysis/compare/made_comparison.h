// Runs to compare, from closed formulas: in memory, or as the folders that train and analyze leave
// (without checkpoints).
//
// The base is learnt near step 400 (the first-target loss falls from log 36 to log K), the selector
// near `transition` (to 0). In az_to_b the loss falls in one go near `transition`.
#pragma once

#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "core/config/options.h"
#include "core/store/record.h"
#include "studies/late_disambiguation/data/options.h"

namespace kairo::made {

struct Spec {
  std::string name;  // "k_sweep/k5_seed0"
  late_disambiguation::Direction direction = late_disambiguation::Direction::kBzToA;
  int64_t k = 5;
  int64_t seed = 0;
  double learning_rate = 1e-3;
  int64_t batch_size = 128;
  double transition = 1500;  // step
  int64_t last_step = 3000;  // where the run ends
  int64_t n_examples = 8;    // of the records
  std::string model = "{}";  // further model words, YAML
};

// Without files: settings, tracks, and a report with the events that the curves have. Records and
// evaluations every 100 steps.
ComparedRun compared(const Spec& spec);

// <base_dir>/<name>/: config.yaml, run.json, metrics.jsonl, dataset.h5, probes/, report.json.
void write_run(const std::string& base_dir, const Spec& spec);

// K 5, 10, 20 in both directions, three seeds each; the later K the later the transition; one run
// of K 20 ends before it.
std::vector<Spec> k_sweep();
// The six cells of configs/sweeps/temperature.yaml, three seeds each.
std::vector<Spec> temperature();

// sweep.json over runs that are there, the cells named as the runs.
void write_manifest_of(const std::string& base_dir, const std::string& sweep,
                       const std::vector<Spec>& specs);

}  // namespace kairo::made
