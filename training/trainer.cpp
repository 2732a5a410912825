#include "training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/version.h"
#include "core/store/metrics.h"
#include "training/not_finite.h"
#include "training/run/interrupted_checkpoints.h"
#include "training/run/saved_values.h"

namespace kairo {
namespace {

const std::string kBehindHookPoints =
    "at no hook point: in a sum behind them (the loss, a weight's gradient, the norm of all)";

// Training seconds that the metrics of an earlier session name, up to `step`.
double seconds_so_far(const std::string& metrics_file, int64_t step) {
  if (!std::filesystem::exists(metrics_file)) return 0;
  const Metrics metrics = read_metrics(metrics_file);
  const auto& steps = metrics.steps;
  const auto n = std::upper_bound(steps.begin(), steps.end(), step) - steps.begin();
  return metrics.has("seconds") && n > 0 ? metrics.columns.at("seconds")[n - 1] : 0;
}

// `anomaly`: the hook point where it begins, "" where none has one; nothing where nobody looked.
[[noreturn]] void throw_not_finite(const UpdateReport& report, const std::string& checkpoint,
                                   const std::optional<std::string>& anomaly) {
  std::string came = fmt::format("loss {}, gradient norm {}", report.loss, report.grad_norm);
  if (!report.not_finite.empty()) came += ", first in " + report.not_finite;
  if (anomaly) came += ", arising " + (anomaly->empty() ? kBehindHookPoints : "at " + *anomaly);
  throw Error(ErrorKind::kNumeric)
      .at(fmt::format("training step {}", report.step))
      .fact("loss or gradient is not finite: " + came)
      .hint((checkpoint.empty()
                 ? "no full checkpoint of this session; "
                 : "the step was not applied; last full checkpoint " + checkpoint + "; ") +
            (!anomaly ? "--resume auto --detect-anomaly names the operation; " : "") +
            "try a smaller training.learning_rate or more training.warmup_steps");
}

[[noreturn]] void throw_not_storable(const std::string& path, int64_t step, const std::string& bad,
                                     const std::string& last_checkpoint) {
  throw Error(ErrorKind::kNumeric)
      .at(fmt::format("checkpoint of training step {} ({})", step, path))
      .fact("a number is NaN or infinite in " + bad)
      .hint("it was not written; " +
            (last_checkpoint.empty() ? "no full checkpoint of this session; "
                                     : "last full checkpoint " + last_checkpoint + "; ") +
            "set training.clip_norm or try a smaller training.learning_rate");
}

}  // namespace

Trainer::Trainer(const Setup& setup, const Dataset& data, const RunDirectory& directory)
    : setup_(setup),
      directory_(directory),
      pool_(static_cast<int>(std::min<int64_t>(setup.threads, setup.options.training.shards))),
      learner_(setup.options, data, pool_, setup.device),
      evaluator_(data, setup.options.training.eval_examples,
                 static_cast<uint64_t>(setup.options.experiment.seed), pool_),
      plan_(setup.options.training),
      stop_rule_(setup.options.training) {
  if (setup.options.training.log_gradients) {
    gradient_log_.emplace(data, evaluator_.training_examples(), pool_);
  }
}

void Trainer::resume(const Checkpoint& checkpoint, const std::string& where) {
  learner_.restore(checkpoint, where);
  stop_rule_.restore(checkpoint.training, where);
  loss_sum_ = saved_real(checkpoint.training, "running_loss_sum", where);
  loss_count_ = saved_integer(checkpoint.training, "running_loss_count", where);
  earlier_seconds_ = seconds_so_far(directory_.metrics_file(), checkpoint.step);
  fuller_ = fuller_than_planned(directory_, plan_, setup_.config_yaml, checkpoint.step);
  has_interrupted_ = true;
  resumed_from_ = where;
  resumed_ = true;
}

TrainingEnd Trainer::run(const Surroundings& surroundings) {
  around_ = &surroundings;
  metrics_.emplace(directory_.metrics_file());
  try {
    const TrainingEnd end = run_steps();
    writer_.wait();
    return end;
  } catch (...) {
    warn_of_lost_checkpoint();
    throw;
  }
}

TrainingEnd Trainer::run_steps() {
  begin_ = evaluated_at_ = Clock::now();
  evaluated_step_ = step();
  if (!resumed_) {
    evaluate();
    save(plan_.can_resume(0));
    // Metrics of a later step without any checkpoint then mean that these were lost, and nothing
    // trains anew in their place (training/run/run_start.h).
    writer_.wait();
  } else {
    bring_to_plan(step());
  }
  while (!is_over()) {
    writer_.check();
    update();
    if (step() % setup_.options.training.eval_every == 0) evaluate();
    if (is_over()) {
      finish();
    } else if (around_->stop) {
      keep_interrupted();
      around_->progress.clear();
      return TrainingEnd::kInterrupted;
    } else if (plan_.due(step())) {
      save(plan_.can_resume(step()));
    }
    show_progress();
  }
  around_->progress.clear();
  return step() < setup_.options.training.max_steps ? TrainingEnd::kSolved : TrainingEnd::kFinished;
}

bool Trainer::is_over() const {
  return step() >= setup_.options.training.max_steps || stop_rule_.should_stop(step());
}

void Trainer::finish() {
  if (evaluated_step_ != step()) evaluate();
  save(true);
}

void Trainer::update() {
  last_ = learner_.update();
  if (!last_.applied) {
    warn_of_lost_checkpoint();
    throw_not_finite(last_, last_full_checkpoint(),
                     setup_.detect_anomaly ? std::optional(learner_.find_anomaly()) : std::nullopt);
  }
  loss_sum_ += last_.loss;
  ++loss_count_;
}

void Trainer::evaluate() {
  const Evaluation evaluation = evaluator_.evaluate(learner_.model());
  std::vector<std::pair<std::string, double>> fields = evaluator_.fields(evaluation);
  const auto of_run = fields_of_run();
  fields.insert(fields.end(), of_run.begin(), of_run.end());
  if (gradient_log_) {
    const auto gradients = gradient_log_->fields(learner_.model());
    fields.insert(fields.end(), gradients.begin(), gradients.end());
  }
  metrics_->append(step(), fields);
  stop_rule_.observe(step(), evaluation.train.mean.accuracy);
  shown_ = evaluator_.shown(evaluation);
  loss_sum_ = 0;
  loss_count_ = 0;
  evaluated_step_ = step();
  evaluated_at_ = Clock::now();
}

std::vector<std::pair<std::string, double>> Trainer::fields_of_run() const {
  const double seconds = seconds_since(begin_), since_last = seconds_since(evaluated_at_);
  std::vector<std::pair<std::string, double>> fields;
  if (loss_count_ > 0) {
    fields.emplace_back("running_loss", loss_sum_ / static_cast<double>(loss_count_));
    fields.emplace_back("learning_rate", last_.learning_rate);
    fields.emplace_back("grad_norm", last_.grad_norm);
    fields.emplace_back("steps_per_second",
                        static_cast<double>(step() - evaluated_step_) / std::max(1e-9, since_last));
  }
  fields.emplace_back("examples", static_cast<double>(learner_.batches().examples_given()));
  fields.emplace_back("epoch", static_cast<double>(learner_.batches().epoch()));
  fields.emplace_back("seconds", earlier_seconds_ + seconds);
  return fields;
}

void Trainer::save(bool with_optimizer) { save_to(directory_.checkpoint(step()), with_optimizer); }

void Trainer::keep_interrupted() {
  save_to(
      plan_.due(step()) ? directory_.checkpoint(step()) : directory_.interrupted_checkpoint(step()),
      true);
}

void Trainer::save_to(const std::string& path, bool with_optimizer) {
  writer_.wait();  // it reads the snapshot
  learner_.copy_to(snapshot_, with_optimizer);
  stop_rule_.save(snapshot_.training);
  snapshot_.training.reals["running_loss_sum"] = {loss_sum_};
  snapshot_.training.integers["running_loss_count"] = {loss_count_};
  writer_.start({path, with_optimizer, [this, path] { return checkpoint_of_snapshot(path); }});
  if (with_optimizer) bring_to_plan(step());
}

// The checkpoint of `full_step` can be resumed from, or its writing fails and start() throws that.
void Trainer::bring_to_plan(int64_t full_step) {
  while (!fuller_.empty() && *fuller_.begin() < full_step) {
    const std::string path = directory_.checkpoint(*fuller_.begin());
    writer_.start({path, false, [path] { return read_without_optimizer(path); }});
    fuller_.erase(fuller_.begin());
  }
  if (!has_interrupted_) return;
  writer_.wait();
  has_interrupted_ = remove_interrupted_before(directory_, full_step);
}

// On the writer's thread. What a reader would refuse is not written: it would pass for the last
// full checkpoint.
Checkpoint Trainer::checkpoint_of_snapshot(const std::string& path) const {
  Checkpoint checkpoint = learner_.to_checkpoint(snapshot_);
  checkpoint.experiment = directory_.experiment();
  checkpoint.version = version();
  checkpoint.config_yaml = setup_.config_yaml;
  const std::string bad = first_bad_array(checkpoint);
  if (!bad.empty()) {
    throw_not_storable(path, checkpoint.step, bad, last_full_checkpoint());
  }
  return checkpoint;
}

// What stops a run must not hide that a checkpoint is missing too.
void Trainer::warn_of_lost_checkpoint() {
  const std::exception_ptr failure = writer_.settle();
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    around_->log.warn(error.what());
  }
}

// Waited for before it is named (warn_of_lost_checkpoint): an unfinished file is none.
std::string Trainer::last_full_checkpoint() const {
  const std::string written = writer_.newest_full();
  return written.empty() ? resumed_from_ : written;
}

void Trainer::show_progress() {
  ProgressState state;
  state.done = step();
  state.total = stop_rule_.last_step(setup_.options.training.max_steps);
  state.values = shown_;
  state.may_end_early = stop_rule_.may_end_early();
  around_->progress.update(state);
}

double Trainer::seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace kairo
