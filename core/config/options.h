// The options of a run, one struct a section of the YAML file. A probe's own options stand in the
// probe's file and are bound under probes.<name>.
#pragma once

#include "core/config/fields.h"
#include "core/config/model_section.h"
#include "core/config/processing_options.h"
#include "core/config/task_kind.h"

namespace kairo {

struct ExperimentOptions : Options {  // experiment.*
  std::string name = "experiment";    // the folder under output.base_dir; no path separators
  int64_t seed = 0;                   // data, order of batches, and weights where model.seed is -1
  std::vector<Field> fields() override;
};

struct TaskOptions : Options {        // task.*
  std::string name = default_task();  // one of the studies' tasks; decides the keys of data.*
  std::vector<Field> fields() override;
  const char* deciding_field() const override { return "name"; }
};

// The learning rate after the warm-up: training/optim/schedule.h.
enum class Schedule { kCosine, kLinear, kConstant, kCosineRestarts, kConstantCooldown };

struct TrainingOptions : Options {  // training.*
  int64_t batch_size = 128;
  int64_t accumulate = 1;           // batches per step
  std::string optimizer = "adamw";  // a name of training/optim/optimizer.cpp's table
  double learning_rate = 1e-3;
  double weight_decay = 0.01;
  int64_t max_steps = 20000;
  int64_t epochs = 0;  // 0: max_steps says it; else max_steps follows from it
  Schedule schedule = Schedule::kCosine;
  int64_t warmup_steps = 500;
  double warmup_fraction = 0;       // of max_steps; 0: warmup_steps says it
  int64_t restart_steps = 1000;     // cosine_restarts: the first period
  double restart_factor = 2;        // cosine_restarts: each period over the one before
  double cooldown_fraction = 0.2;   // constant_cooldown: share of max_steps
  std::vector<std::string> frozen;  // globs of parameters that are not updated
  std::string init_from;            // a checkpoint whose weights training begins with; "": none
  double clip_norm = 1.0;           // 0: no clipping
  int64_t eval_every = 100;
  int64_t eval_examples = 512;
  bool log_gradients = false;  // gradient norms by parameter and segment at each evaluation
  int64_t checkpoint_every = 200;
  std::vector<int64_t> checkpoint_steps;  // further steps
  int64_t checkpoint_log_spaced = 0;      // so many log-spaced steps before the first regular one
  int64_t optimizer_state_every = 0;      // steps; 0: in every checkpoint
  int64_t shards = 4;
  double stop_when_solved = 0;  // accuracy to exceed at three evaluations in a row; 0: never stop
  int64_t log_every = 10;       // seconds between progress lines when not on a terminal
  std::vector<Field> fields() override;
};

enum class ProbeSplit { kTrain, kHeldOut };

struct ProbesOptions : Options {  // probes.*, shared by all probes
  std::vector<std::string> enabled = default_probes();
  int64_t n_examples = 256;
  int64_t seed = 1;
  ProbeSplit split = ProbeSplit::kTrain;
  ProcessingOptions
      processing;  // of each checkpoint before measuring; bound as a section of its own
  std::vector<Field> fields() override;
};

struct TransitionsOptions : Options {  // transitions.*
  // Of the studies' named events.
  std::vector<Threshold> thresholds = known_thresholds();
  int64_t hold_spacings = 2;  // an event must hold for so many spacings
  double least_rise = 0.1;    // of a bounded series; below it there is no rise to time
  std::vector<std::string> sites = {"z", "mlp_out"};  // patched sites in the order of events
  double change_point_bic = 15;  // a break's BIC is lower than any smooth curve's by this
  int64_t bootstrap_samples = 1000;
  int64_t seed = 2;
  double confidence = 0.95;

  // By its key ("accuracy"); std::out_of_range for one that no study has.
  double& threshold(const std::string& key);
  double threshold(const std::string& key) const;
  std::vector<Field> fields() override;
};

struct OutputOptions : Options {  // output.*
  std::string base_dir = "outputs";
  std::vector<Field> fields() override;
};

}  // namespace kairo
