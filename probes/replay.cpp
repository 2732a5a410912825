#include "probes/replay.h"

#include <torch/torch.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "core/data/dataset_file.h"
#include "core/kernels/cpu_path.h"
#include "core/kernels/worker_pool.h"
#include "core/model/algebra/processing.h"
#include "core/model/checkpoint_io.h"
#include "core/store/atomic_file.h"
#include "core/store/work_lock.h"
#include "hooks/error.h"
#include "probes/replay_record.h"
#include "probes/settings.h"

namespace kairo {
namespace {

// One probe's part of a replay. Steps and counts are guarded by the replay's mutex.
struct ProbeWork {
  Probe& probe;
  ReplayRecord record;
  std::set<int64_t> wanted;
  std::map<int64_t, std::string> done;  // step -> checkpoint hash
  std::set<int64_t> kept;               // of these, the steps whose checkpoint is gone
  int64_t n_measured = 0;
  int64_t n_reused = 0;
};

// The locks of several probes' records.
class RecordLocks {
 public:
  // `names` in one order, so that two replays never wait for each other. False where the replay was
  // stopped while it waited.
  bool take(const RunDirectory& run, const std::set<std::string>& names,
            const ReplayOptions& options) {
    for (const std::string& name : names) {
      const std::string path = run.record_lock(name, options.label);
      create_folder(std::filesystem::path(path).parent_path().string());
      locks_.push_back(std::make_unique<WorkLock>(path));
      const auto say = [&](const std::string& holder) {
        if (options.say) options.say("waiting for " + holder + ", which is measuring " + name);
      };
      if (!locks_.back()->wait("measuring " + name, options.stop, say)) return false;
    }
    return true;
  }

 private:
  std::vector<std::unique_ptr<WorkLock>> locks_;
};

struct Job {
  TrajectoryPoint point;
  std::vector<ProbeWork*> probes;
};

// What `read` makes of the first checkpoint that it can read; where there is none, the last error.
template <typename Read>
auto of_first_readable(const std::vector<TrajectoryPoint>& points, Read read)
    -> decltype(read(points.front())) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    try {
      return read(points[i]);
    } catch (const Error&) {
      if (i + 1 == points.size()) throw;
    }
  }
  throw Error(ErrorKind::kUsage,
              {"replay", "at least one checkpoint", "none", "choose other steps"});
}

Checkpoint read_point(const TrajectoryPoint& point, const ReplayOptions& options) {
  const auto known = options.damaged.find(point.step);
  if (known != options.damaged.end()) {
    throw Error(ErrorKind::kCorrupt, {"", "", known->second, ""});
  }
  return read_checkpoint(point.path, CheckpointPart::kModelOnly);
}

Transformer model_to_measure(const Checkpoint& checkpoint, const std::string& path,
                             const ProcessingOptions& processing, at::Device device) {
  Transformer model = model_of(checkpoint, path, device);
  return changes_weights(processing) ? process(model, processing) : model;
}

class Replay {
 public:
  Replay(const ProbeInputs& inputs, const ReplayOptions& options, std::vector<Job> jobs)
      : inputs_(inputs), options_(options), jobs_(std::move(jobs)) {}

  void run() {
    const int n = std::min<int>(std::max(1, options_.jobs), static_cast<int>(jobs_.size()));
    WorkerPool pool(n);
    pool.run(static_cast<int64_t>(jobs_.size()), [this](int64_t job) { work_on(jobs_[job]); });
    if (first_error_ && !options_.keep_going) std::rethrow_exception(first_error_);
    std::sort(failures_.begin(), failures_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.step, a.probe) < std::tie(b.step, b.probe);
    });
  }

  const std::vector<ReplayFailure>& failures() const { return failures_; }
  bool was_stopped() const { return was_stopped_; }

 private:
  void work_on(const Job& job) {
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
  void say_progress() {
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

  bool is_ending() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return must_end();
  }

  // With the mutex held.
  bool must_end() {
    if (options_.stop != nullptr && options_.stop->load()) was_stopped_ = true;
    return was_stopped_ || caller_failed_ || (first_error_ && !options_.keep_going);
  }

  void do_checkpoint(const Job& job) {
    const Checkpoint checkpoint = read_point(job.point, options_);
    std::optional<Transformer> model;
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
        if (!measure(*work, *model, job.point.step, checkpoint.content_hash)) continue;
      }
      finish(*work, job.point.step, checkpoint.content_hash, &ProbeWork::n_measured);
    }
  }

  bool measure(const ProbeWork& work, const Transformer& model, int64_t step,
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
      const Error located(error.kind(), {"step " + std::to_string(step) + ", " + work.probe.name(),
                                         "", error.what(), ""});
      fail({work.probe.name(), step, error.what()}, std::make_exception_ptr(located));
    } catch (const std::exception& error) {
      fail({work.probe.name(), step, error.what()}, std::current_exception());
    }
    return false;
  }

  void finish(ProbeWork& work, int64_t step, const std::string& hash, int64_t ProbeWork::*count) {
    const std::lock_guard<std::mutex> lock(mutex_);
    work.done[step] = hash;
    ++(work.*count);
  }

  // `error` is what the replay ends with where it does not go on.
  void fail(const ReplayFailure& failure, const std::exception_ptr& error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!first_error_) first_error_ = error;
    failures_.push_back(failure);
  }

  const ProbeInputs& inputs_;
  const ReplayOptions& options_;
  const std::vector<Job> jobs_;
  std::mutex mutex_;
  int64_t n_done_ = 0;
  bool was_stopped_ = false;
  bool caller_failed_ = false;
  std::exception_ptr first_error_;
  std::vector<ReplayFailure> failures_;
};

// The model words of the run.
ModelOptions model_words(const std::vector<TrajectoryPoint>& points) {
  return of_first_readable(points, [](const TrajectoryPoint& point) {
    const Checkpoint checkpoint = read_checkpoint(point.path, CheckpointPart::kModelOnly);
    return model_options_from_json(checkpoint.model_json, point.path);
  });
}

// Of the run's own checkpoints, whichever of them are measured; `points` where it has none.
std::shared_ptr<const TrajectoryStart> start_of(const RunDirectory& run,
                                                const std::vector<TrajectoryPoint>& points,
                                                const ProcessingOptions& processing,
                                                const ReplayOptions& options) {
  const std::vector<TrajectoryPoint> own = find_checkpoints(run.checkpoints());
  return of_first_readable(own.empty() ? points : own, [&](const TrajectoryPoint& point) {
    const Checkpoint checkpoint = read_point(point, options);
    return std::make_shared<const TrajectoryStart>(
        TrajectoryStart{point.step, checkpoint.content_hash,
                        model_to_measure(checkpoint, point.path, processing, options.device)});
  });
}

// Whether the run was set back behind a step (superseded/N/) since it was measured: the weights of
// this hash are no longer the run's. A file that cannot be read may be the one.
bool is_set_aside(const RunDirectory& run, int64_t step, const std::string& hash) {
  namespace fs = std::filesystem;
  std::error_code none;  // no folder: nothing was
  for (fs::directory_iterator folder(run.root() + "/superseded", none), end; !none && folder != end;
       folder.increment(none)) {
    const fs::path file = folder->path() / checkpoint_file_name(step);
    if (!fs::exists(file)) continue;
    try {
      if (read_checkpoint(file.string(), CheckpointPart::kModelOnly).content_hash == hash)
        return true;
    } catch (const Error&) {
      return true;
    }
  }
  return false;
}

// A step that was measured and whose checkpoint is gone can never be measured again: its
// measurement is kept, unless the step was set aside.
void keep(ProbeWork& work, int64_t step, const std::string& hash, const RunDirectory& run,
          const ReplayOptions& options) {
  if (is_set_aside(run, step, hash)) {
    if (options.say) {
      options.say(std::string(work.probe.name()) + ": the measurement of step " +
                  std::to_string(step) + " goes, as its checkpoint was set aside in superseded/");
    }
    return;
  }
  work.done[step] = hash;
  work.kept.insert(step);
  ++work.n_reused;
}

// Measurements by other settings are replaced, but not where they could not be made again.
void check_replaced(const ProbeWork& work, const std::map<int64_t, TrajectoryPoint>& existing,
                    const RunDirectory& run, const ReplayOptions& options) {
  if (options.force) return;
  for (const auto& [step, hash] : work.record.replaced()) {
    if (existing.count(step) > 0 || is_set_aside(run, step, hash)) continue;
    const std::string name = work.probe.name();
    throw Error(ErrorKind::kUsage,
                {work.record.path(),
                 "checkpoints of all its steps, for it was measured with other settings, data or "
                 "by another version",
                 "none of step " + std::to_string(step),
                 "another --label keeps it; analyze --force --probes " + name + " replaces it"});
  }
}

// Every checkpoint with the probes that want it: those asked for and those that were measured
// already.
std::vector<Job> make_jobs(const RunDirectory& run, const std::vector<TrajectoryPoint>& points,
                           const std::vector<std::unique_ptr<ProbeWork>>& works,
                           const ReplayOptions& options) {
  std::map<int64_t, TrajectoryPoint> existing;
  for (const TrajectoryPoint& point : find_checkpoints(run.checkpoints())) {
    existing[point.step] = point;
  }
  for (const TrajectoryPoint& point : points) existing.emplace(point.step, point);
  std::map<int64_t, Job> jobs;
  for (const auto& work : works) {
    check_replaced(*work, existing, run, options);
    for (const TrajectoryPoint& point : points) work->wanted.insert(point.step);
    for (const auto& [step, hash] : work->record.held()) {
      if (existing.count(step) > 0) {
        work->wanted.insert(step);
      } else {
        keep(*work, step, hash, run, options);
      }
    }
    for (const int64_t step : work->wanted) {
      jobs[step].point = existing.at(step);
      jobs[step].probes.push_back(work.get());
    }
  }
  std::vector<Job> ordered;
  for (auto& [step, job] : jobs) ordered.push_back(std::move(job));
  return ordered;
}

// Of the probes in `names`, whose locks are held.
std::vector<std::unique_ptr<ProbeWork>> begin_works(const RunDirectory& run,
                                                    const std::vector<Probe*>& probes,
                                                    const std::set<std::string>& names,
                                                    const ProbeInputs& inputs,
                                                    const ReplayOptions& options) {
  std::vector<std::unique_ptr<ProbeWork>> works;
  for (Probe* probe : probes) {
    if (names.count(probe->name()) == 0) continue;
    const RecordKey key = record_key(*probe, inputs, options.label);
    if (!options.dry_run) prepare_record(run, key, options.force);
    works.push_back(std::make_unique<ProbeWork>(ProbeWork{*probe, {run, key}, {}, {}, {}, 0, 0}));
  }
  return works;
}

std::string note_of_kept(const std::set<int64_t>& steps) {
  const std::string first = std::to_string(*steps.begin());
  if (steps.size() == 1)
    return "Step " + first + " was measured before its checkpoint was removed.";
  return std::to_string(steps.size()) + " steps from " + first + " to " +
         std::to_string(*steps.rbegin()) + " were measured before their checkpoints were removed.";
}

std::vector<std::string> notes_of(const ProbeWork& work, const ProbeInputs& inputs,
                                  const ModelOptions& model,
                                  const std::vector<ReplayFailure>& failures) {
  std::vector<std::string> notes = work.probe.notes(inputs, model);
  if (!work.kept.empty()) notes.push_back(note_of_kept(work.kept));
  for (const ReplayFailure& failure : failures) {
    if (failure.probe.empty() || failure.probe == work.probe.name()) {
      notes.push_back("Step " + std::to_string(failure.step) + " is left out: " + failure.message);
    }
  }
  return notes;
}

ProbeOutcome outcome_of(const ProbeWork& work) {
  ProbeOutcome outcome;
  outcome.probe = work.probe.name();
  outcome.record = work.record.path();
  outcome.n_measured = work.n_measured;
  outcome.n_reused = work.n_reused;
  return outcome;
}

}  // namespace

ReplayResult replay(const RunDirectory& run, const std::vector<Probe*>& probes,
                    const ProbesOptions& options, const std::vector<TrajectoryPoint>& points,
                    const ReplayOptions& replay_options) {
  run.require();
  check_label(replay_options.label);
  const ModelOptions model = model_words(points);
  ProbeInputs inputs =
      make_probe_inputs(std::make_shared<Dataset>(read_dataset(run.dataset_file())), options)
          .on(replay_options.device);
  ReplayResult result;
  std::set<std::string> names;
  bool needs_start = false;
  for (Probe* probe : probes) {
    ProbeOutcome outcome;
    outcome.probe = probe->name();
    outcome.left_out = probe->why_left_out(inputs.dataset(), model);
    if (outcome.left_out.empty()) {
      names.insert(outcome.probe);
      needs_start = needs_start || probe->needs_start();
    }
    result.probes.push_back(outcome);
  }
  if (needs_start) inputs.start = start_of(run, points, options.processing, replay_options);
  RecordLocks locks;
  if (!replay_options.dry_run && !locks.take(run, names, replay_options)) {
    result.was_stopped = true;
    return result;
  }
  const auto works = begin_works(run, probes, names, inputs, replay_options);
  Replay work(inputs, replay_options, make_jobs(run, points, works, replay_options));
  work.run();
  result.failures = work.failures();
  result.was_stopped = work.was_stopped();
  for (const auto& each : works) {
    ProbeOutcome& outcome =
        *std::find_if(result.probes.begin(), result.probes.end(),
                      [&](const ProbeOutcome& o) { return o.probe == each->probe.name(); });
    outcome = outcome_of(*each);
    if (result.was_stopped || replay_options.dry_run || each->done.empty()) continue;
    each->record.merge(each->done, notes_of(*each, inputs, model, result.failures));
    outcome.is_complete = true;
  }
  return result;
}

}  // namespace kairo
