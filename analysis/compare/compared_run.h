// What a comparison needs of one run: its settings, its curves and the events of its report. Read
// from config.yaml, metrics.jsonl, dataset.h5, report.json and the means of its records; never from
// checkpoints, so that a thousand runs can be compared.
//
// Curves, by name (docs/definitions.md):
//   first_target_loss, accuracy, z_gap     the trainer's evaluations; else the probes' records
//   attention_to_z                         of the head that attends most at the last record
//   z_dependence                           causal_patching
//   candidate_loss, candidate_accuracy     candidates
// A step counted otherwise: `examples` seen up to it, and the learning rate summed over its
// updates. Both are from what the trainer logged, exact at its evaluations, in between linear. The
// learning rate of an update between two evaluations lies on the line between theirs: exact in
// warm-up, and for a cosine to (pi D / max_steps)^2 / 12 of the sum, D their distance. Thread rule:
// built once, then read only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/stats/seeds.h"
#include "core/store/metrics.h"
#include "core/store/run_directory.h"

namespace kairo {

struct Track {
  std::vector<double> steps;  // ascending
  std::vector<double> values;
};

enum class StepUnit { kSteps, kExamples, kSummedLr };
inline constexpr StepUnit kStepUnits[] = {StepUnit::kSteps, StepUnit::kExamples,
                                          StepUnit::kSummedLr};
// "steps", "examples", "summed lr"
const char* unit_name(StepUnit unit);

struct ComparedRun {
  std::string name;  // "k_sweep/k20_bz_to_a_seed0"
  // The user gave this name; else a sweep made it, and what differs in it says more.
  bool is_named = false;
  // Every value that decides its trajectory, but for the seed: "data.k" -> "20". How often it was
  // looked at, and when it was stopped, make no other experiment (core/config/fields.h).
  std::vector<std::pair<std::string, std::string>> settings;
  std::string seed;
  std::string task;       // "disambiguation"
  std::string direction;  // "bz_to_a"
  int64_t k = 0;
  double learning_rate = 0;  // at its peak
  int64_t batch_size = 0;
  int64_t eval_examples = 0;      // behind each of the trainer's evaluations
  double log_k = 0;               // nats; 0 where there is no ambiguity
  double first_target_floor = 0;  // nats, without the selector; 0: none
  std::map<std::string, Track> tracks;
  std::map<std::string, std::string> left_out;  // probe -> why it has no curve
  std::string head;                             // "layer 2, head 1, of 16": of attention_to_z
  Track examples;                               // seen up to a step
  Track summed_lr;
  ReportedRun report;

  const Track* track(const std::string& name) const;  // null where there is none
  // Null where the report does not know it.
  const ReportedEvent* event(const std::string& name) const;
  // A step in another unit; NaN where the run has not logged it.
  double in_unit(double step, StepUnit unit) const;
};

// `name` is what messages and tables call it; `label` names the records. Throws kNotFound (no run,
// not analyzed, no record of the label), kCorrupt.
ComparedRun load_compared_run(const RunDirectory& run, const std::string& name,
                              const std::string& label);

// The learning rate summed over the updates up to each evaluation, from `learning_rate`, that of
// the last update before it.
Track summed_learning_rate(const Metrics& metrics);

}  // namespace kairo
