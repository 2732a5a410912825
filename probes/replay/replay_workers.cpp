#include "probes/replay/replay_workers.h"

#include <torch/utils.h>

#include <algorithm>
#include <tuple>

#include "core/base/error.h"
#include "core/circuits/processing.h"
#include "core/kernels/cpu_path.h"
#include "core/kernels/worker_pool.h"
#include "core/model/checkpoint_io.h"

namespace kairo {

Checkpoint read_point(const TrajectoryPoint& point, const ReplayOptions& options) {
  const auto known = options.damaged.find(point.step);
  if (known != options.damaged.end()) {
    throw Error(ErrorKind::kCorrupt).fact(known->second);
  }
  return read_checkpoint(point.path, CheckpointPart::kModelOnly);
}

std::unique_ptr<Model> model_to_measure(const Checkpoint& checkpoint, const std::string& path,
                                        const ProcessingOptions& processing, at::Device device) {
  std::unique_ptr<Model> model = model_of(checkpoint, path, device);
  return changes_weights(processing) ? process(*model, processing) : std::move(model);
}

void ReplayWorkers::run() {
  const int n = std::min<int>(std::max(1, options_.jobs), static_cast<int>(jobs_.size()));
  WorkerPool pool(n);
  pool.run(static_cast<int64_t>(jobs_.size()), [this](int64_t job) { work_on(jobs_[job]); });
  if (first_error_ && !options_.keep_going) std::rethrow_exception(first_error_);
  std::sort(failures_.begin(), failures_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.step, a.probe) < std::tie(b.step, b.probe);
  });
}

void ReplayWorkers::work_on(const ReplayJob& job) {
  if (is_ending()) return;
  const torch::NoGradGuard no_grad;
  try {
    do_checkpoint(job);
  } catch (const std::exception& error) {
    fail({"", job.point.step, error.what()}, std::current_exception());
  }
  say_progress();
}

// What the caller's function throws is no checkpoint's failure: it ends the replay, with
// keep_going too.
void ReplayWorkers::say_progress() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++n_done_;
  if (!options_.progress || caller_failed_) return;
  try {
    options_.progress(n_done_, static_cast<int64_t>(jobs_.size()));
  } catch (...) {
    caller_failed_ = true;
    throw;
  }
}

void ReplayWorkers::say_begin(const std::string& probe) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (options_.begins) options_.begins(probe, static_cast<int64_t>(jobs_.size()));
}

bool ReplayWorkers::is_ending() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return must_end();
}

// With the mutex held.
bool ReplayWorkers::must_end() {
  if (options_.stop != nullptr && options_.stop->load()) was_stopped_ = true;
  return was_stopped_ || caller_failed_ || (first_error_ && !options_.keep_going);
}

void ReplayWorkers::do_checkpoint(const ReplayJob& job) {
  const Checkpoint checkpoint = read_point(job.point, options_);
  std::unique_ptr<Model> model;
  for (ProbeWork* work : job.probes) {
    if (is_ending()) return;
    if (work->record.holds(job.point.step, checkpoint.content_hash)) {
      finish(*work, job.point.step, checkpoint.content_hash, &ProbeWork::n_reused);
      continue;
    }
    if (!options_.dry_run) {
      if (!model) {
        model = model_to_measure(checkpoint, job.point.path, inputs_.options.processing,
                                 options_.device);
      }
      say_begin(work->probe.name());
      if (!measure(*work, *model, job.point.step, checkpoint.content_hash)) continue;
    }
    finish(*work, job.point.step, checkpoint.content_hash, &ProbeWork::n_measured);
  }
}

bool ReplayWorkers::measure(const ProbeWork& work, const Model& model, int64_t step,
                            const std::string& hash) {
  try {
    StepRecord record;
    record.step = step;
    record.checkpoint_hash = hash;
    record.kernels = options_.device.is_cpu() ? name_of(cpu_path()) : options_.device.str();
    record.quantities = work.probe.measure(model, inputs_);
    work.record.add(record);
    return true;
  } catch (const Error& error) {
    const Error located = Error(error.kind())
                              .at("step " + std::to_string(step) + ", " + work.probe.name())
                              .fact(error.what());
    fail({work.probe.name(), step, error.what()}, std::make_exception_ptr(located));
  } catch (const std::exception& error) {
    fail({work.probe.name(), step, error.what()}, std::current_exception());
  }
  return false;
}

void ReplayWorkers::finish(ProbeWork& work, int64_t step, const std::string& hash,
                           int64_t ProbeWork::*count) {
  const std::lock_guard<std::mutex> lock(mutex_);
  work.done[step] = hash;
  ++(work.*count);
}

// `error` is what the replay ends with where it does not go on.
void ReplayWorkers::fail(const ReplayFailure& failure, const std::exception_ptr& error) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!first_error_) first_error_ = error;
  failures_.push_back(failure);
}

}  // namespace kairo
