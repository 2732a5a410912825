// The trainer: the loop from one step to the last, with its evaluations, checkpoints and log.
//
// At a step: update, evaluation where due, checkpoint where due, in this order, so that a
// checkpoint holds what the next evaluation needs. Step 0 and the last step have both. A resumed
// run goes on as if it had not been interrupted: train(2N) and train(N) + resume(N) end in
// checkpoints of equal content hash, in mid-epoch too and with another number of threads. What an
// interruption keeps beside the plan goes later (training/run/interrupted_checkpoints.h).
//
// Constructor and resume() change no file: what cannot be trained, or gone on with, is refused
// before run() and whatever the caller does to the folder in between.
//
// A background thread writes checkpoints, from a copy (training/run/checkpoint_writer.h). If it
// fails, the run stops at the next step. run() returns when all files are complete.
//
// metrics.jsonl, a line an evaluation: step, loss, first_target_loss, accuracy, exact_match,
// z_shuffle_gap and held_out_... of the weights at that step (training/evaluation.h); running_loss
// (mean of the batches' losses since the last evaluation), learning_rate, grad_norm (before
// clipping; both of the last update; none at step 0), examples (seen), epoch, seconds (of training,
// over all resumptions), steps_per_second (since the last evaluation); with training.log_gradients
// the objects gradient_norm and gradient_segments (training/gradient_log.h).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "core/store/run_directory.h"
#include "training/evaluation.h"
#include "training/gradient_log.h"
#include "training/initial_weights.h"
#include "training/learner.h"
#include "training/run/checkpoint_plan.h"
#include "training/run/checkpoint_writer.h"
#include "training/run/metrics_log.h"
#include "training/run/progress.h"
#include "training/run/run_log.h"
#include "training/run/run_options.h"
#include "training/run/stop_rule.h"

namespace kairo {

enum class TrainingEnd { kFinished, kSolved, kInterrupted };

class Trainer {
 public:
  struct Setup {
    RunOptions options;       // settled
    std::string config_yaml;  // resolved, kept in every checkpoint
    int threads = 1;
    bool detect_anomaly = false;  // where an update is not finite, name the first such hook point
    at::Device device = at::kCPU;
  };
  // What a run speaks through.
  struct Surroundings {
    RunLog& log;
    Progress& progress;
    const std::atomic<bool>& stop;  // set: finish the step, keep a full checkpoint, end
  };

  // `data` must outlive the trainer.
  Trainer(const Setup& setup, const Dataset& data, const RunDirectory& directory);

  // Before run(): go on from a checkpoint. kCorrupt, naming `where`, also for metrics that cannot
  // be read; kConfig for a float64 model (checkpoints hold float32, so going on would not be
  // exact).
  void resume(const Checkpoint& checkpoint, const std::string& where);

  // Before run(), of a fresh run: begins with these weights.
  void begin_with(const InitialWeights& initial) {
    learner_.begin_with(initial.parameters, initial.path);
  }

  // Whether nothing is left to do: max_steps or the stop rule.
  bool is_over() const;

  // To the end, once; the run's folders exist. kNumeric where loss or gradient is not finite: names
  // the step, which is not applied, the first parameter whose gradient it is, and the last full
  // checkpoint; also where a checkpoint would hold a number that is not (an optimiser's state may
  // overflow while loss and gradient are finite): names step and array, and the file is not
  // written. kIo, naming the file, where a checkpoint cannot be written.
  TrainingEnd run(const Surroundings& surroundings);

  int64_t step() const { return learner_.step(); }

 private:
  using Clock = std::chrono::steady_clock;

  TrainingEnd run_steps();
  void update();
  void evaluate();
  void save(bool with_optimizer);
  void save_to(const std::string& path, bool with_optimizer);
  void keep_interrupted();
  void bring_to_plan(int64_t full_step);
  Checkpoint checkpoint_of_snapshot(const std::string& path) const;
  void warn_of_lost_checkpoint();
  std::string last_full_checkpoint() const;
  void show_progress();
  void finish();
  static double seconds_since(Clock::time_point begin);
  std::vector<std::pair<std::string, double>> fields_of_run() const;

  Setup setup_;
  RunDirectory directory_;
  const Surroundings* around_ = nullptr;  // of run()
  WorkerPool pool_;
  Learner learner_;
  Evaluator evaluator_;
  std::optional<GradientLog> gradient_log_;  // where training.log_gradients asks for it
  CheckpointPlan plan_;
  StopRule stop_rule_;
  std::optional<MetricsLog> metrics_;  // from run() on
  UpdateReport last_;
  double loss_sum_ = 0;  // since the last evaluation
  int64_t loss_count_ = 0;
  std::vector<std::string> shown_;  // of the last evaluation, for the progress line
  bool resumed_ = false;
  int64_t evaluated_step_ = -1;
  std::string resumed_from_;  // the checkpoint's file
  // training/run/interrupted_checkpoints.h
  std::set<int64_t> fuller_;
  bool has_interrupted_ = false;  // there may be files to remove
  LearnerSnapshot snapshot_;      // of the checkpoint in flight
  Clock::time_point begin_;
  Clock::time_point evaluated_at_;
  double earlier_seconds_ = 0;
  CheckpointWriter writer_;  // ends first: it reads the members above
};

}  // namespace kairo
