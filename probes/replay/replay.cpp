#include "probes/replay/replay.h"

#include <algorithm>
#include <memory>
#include <set>

#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/store/checkpoint.h"
#include "probes/replay/record_locks.h"
#include "probes/replay/replay_plan.h"
#include "probes/replay/replay_workers.h"
#include "probes/settings.h"

namespace kairo {
namespace {

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
  throw Error(ErrorKind::kUsage)
      .at("replay")
      .fact("there is no checkpoint to measure")
      .hint("choose other steps");
}

// The model words of the run.
std::unique_ptr<ModelOptions> model_words(const std::vector<TrajectoryPoint>& points) {
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

// Of the probes in `names`, whose locks are held.
std::vector<std::unique_ptr<ProbeWork>> begin_works(const RunDirectory& run,
                                                    const std::vector<Probe*>& probes,
                                                    const std::set<std::string>& names,
                                                    const std::vector<TrajectoryPoint>& points,
                                                    const ProbeInputs& inputs,
                                                    const ReplayOptions& options) {
  std::set<int64_t> again;
  if (options.force) {
    for (const TrajectoryPoint& point : points) again.insert(point.step);
  }
  std::vector<std::unique_ptr<ProbeWork>> works;
  for (Probe* probe : probes) {
    if (names.count(probe->name()) == 0) continue;
    const RecordKey key = record_key(*probe, inputs, options.label);
    if (!options.dry_run) prepare_record(run, key);
    works.push_back(
        std::make_unique<ProbeWork>(ProbeWork{*probe, {run, key, again}, {}, {}, {}, 0, 0}));
  }
  return works;
}

std::string note_of_kept(const std::set<int64_t>& steps) {
  const std::string first = std::to_string(*steps.begin());
  if (steps.size() == 1) {
    return "Step " + first + " was measured before its checkpoint was removed.";
  }
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
  const std::unique_ptr<ModelOptions> words = model_words(points);
  const ModelOptions& model = *words;
  ProbeInputs inputs =
      make_probe_inputs(read_dataset(run.dataset_file()), options).on(replay_options.device);
  ReplayResult result;
  std::set<std::string> names;
  bool needs_start = false;
  for (Probe* probe : probes) {
    ProbeOutcome outcome;
    outcome.probe = probe->name();
    outcome.left_out = why_left_out(*probe, inputs.dataset(), model);
    if (outcome.left_out.empty()) {
      probe->check_options(inputs.dataset());
      names.insert(outcome.probe);
      needs_start = needs_start || probe->needs_start();
    } else if (!replay_options.dry_run) {
      write_left_out(run, record_key(*probe, inputs, replay_options.label), outcome.left_out);
    }
    result.probes.push_back(outcome);
  }
  if (needs_start) inputs.start = start_of(run, points, options.processing, replay_options);
  RecordLocks locks;
  if (!replay_options.dry_run &&
      !locks.take(run, names, replay_options.label, replay_options.stop, replay_options.say)) {
    result.was_stopped = true;
    return result;
  }
  const auto works = begin_works(run, probes, names, points, inputs, replay_options);
  ReplayWorkers workers(inputs, replay_options, plan_jobs(run, points, works, replay_options));
  workers.run();
  result.failures = workers.failures();
  result.was_stopped = workers.was_stopped();
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
