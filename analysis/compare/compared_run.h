// What a comparison needs of one run: its settings, its curves and the events of its report. Read
// from config.yaml, metrics.jsonl, dataset.h5, report.json and the means of its records; never from
// checkpoints, so that a thousand runs can be compared.
//
// Curves are those that the study of the task lists (analysis/compared_task.h): from the trainer's
// evaluations, else from the probes' records.
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
  std::string name;  // "sweep/d128_seed0"
  // The user gave this name; else a sweep made it, and what differs in it says more.
  bool is_named = false;
  // Every value that decides its trajectory, but for the seed: "model.d_model" -> "128". How often
  // it was looked at, and when it was stopped, make no other experiment (core/config/fields.h).
  std::vector<std::pair<std::string, std::string>> settings;
  std::string seed;
  std::string task;     // task.name
  std::string variant;  // its value of the pair's key, "" without a pair (analysis/compared_task.h)
  int64_t number = 0;   // its value of the swept number's key; 0 without one
  double learning_rate = 0;  // at its peak
  int64_t batch_size = 0;
  int64_t eval_examples = 0;      // behind each of the trainer's evaluations
  double ambiguity_nats = 0;      // of the task; 0: none
  double first_target_floor = 0;  // nats, without a part of the input; 0: none
  std::map<std::string, Track> tracks;
  std::map<std::string, std::string> left_out;  // probe -> why it has no curve
  std::string head;  // "layer 2, head 1, of 16": of the curve of one head
  Track examples;    // seen up to a step
  Track summed_lr;
  ReportedRun report;

  const Track* track(const std::string& name) const;  // null where there is none
  // Null where the report does not know it.
  const ReportedEvent* event(const std::string& name) const;
  // A step in another unit; NaN where the run has not logged it.
  double in_unit(double step, StepUnit unit) const;
};

// The value of a key of run.settings; "" for a key that is not there.
std::string setting_of(const ComparedRun& run, const std::string& key);

// `name` is what messages and tables call it; `label` names the records. Throws kNotFound (no run,
// not analyzed, no record of the label), kCorrupt.
ComparedRun load_compared_run(const RunDirectory& run, const std::string& name,
                              const std::string& label);

// The learning rate summed over the updates up to each evaluation, from `learning_rate`, that of
// the last update before it.
Track summed_learning_rate(const Metrics& metrics);

}  // namespace kairo
