#include "probes/replay/replay_plan.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/store/checkpoint.h"

namespace kairo {
namespace {

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
    throw Error(ErrorKind::kUsage)
        .at(work.record.path())
        .fact(
            "the record was measured with other settings, data or version, and the checkpoint of "
            "its step " +
            std::to_string(step) + " is gone")
        .hint(
            "keep it and measure beside it with another --label; or replace it with analyze "
            "--force --probes " +
            name);
  }
}

}  // namespace

std::vector<ReplayJob> plan_jobs(const RunDirectory& run,
                                 const std::vector<TrajectoryPoint>& points,
                                 const std::vector<std::unique_ptr<ProbeWork>>& works,
                                 const ReplayOptions& options) {
  std::map<int64_t, TrajectoryPoint> existing;
  for (const TrajectoryPoint& point : find_checkpoints(run.checkpoints())) {
    existing[point.step] = point;
  }
  for (const TrajectoryPoint& point : points) existing.emplace(point.step, point);
  std::map<int64_t, ReplayJob> jobs;
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
  std::vector<ReplayJob> ordered;
  for (auto& [step, job] : jobs) ordered.push_back(std::move(job));
  return ordered;
}

}  // namespace kairo
