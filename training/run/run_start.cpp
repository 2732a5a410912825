#include "training/run/run_start.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/files/atomic_file.h"
#include "core/files/temporary_file.h"
#include "core/store/metrics.h"
#include "core/store/trajectory.h"
#include "training/run/metrics_log.h"
#include "training/run/refine_plan.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

// A folder that cannot be read is not one without checkpoints: what trains anew in its place would
// drop the run's metrics.
bool has_checkpoints(const RunDirectory& directory) {
  const std::string folder = directory.checkpoints();
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".h5") return true;
  }
  if (!error || error == std::errc::no_such_file_or_directory) return false;
  throw Error(ErrorKind::kIo)
      .at(folder)
      .fact("the checkpoints cannot be listed: " + error.message());
}

// Metrics behind step 0 are written when the checkpoint of step 0 stands (training/trainer.h).
void refuse_lost_checkpoints(const RunDirectory& directory) {
  const std::string metrics_file = directory.metrics_file();
  if (!fs::exists(metrics_file)) return;
  const Metrics metrics = read_metrics(metrics_file);
  if (metrics.steps.empty() || metrics.steps.back() == 0) return;
  throw Error(ErrorKind::kNotFound)
      .at(directory.checkpoints())
      .fact("the run's metrics.jsonl goes up to step " + std::to_string(metrics.steps.back()) +
            ", but its checkpoints are gone")
      .hint("bring them back, or train again with --overwrite");
}

Checkpoint read_resumable(const TrajectoryPoint& point) {
  Checkpoint checkpoint = read_checkpoint(point.path, CheckpointPart::kEverything);
  if (checkpoint.has_optimizer && checkpoint.has_training) return checkpoint;
  throw Error(ErrorKind::kCorrupt)
      .at(point.path)
      .fact("this checkpoint has no optimiser and training state")
      .hint("resume from another step: see training.optimizer_state_every");
}

// Those of the plan and of interruptions, by step.
std::vector<TrajectoryPoint> all_checkpoints(const RunDirectory& directory) {
  std::vector<TrajectoryPoint> points = find_interrupted(directory.checkpoints());
  const std::vector<TrajectoryPoint> planned = find_checkpoints(directory.checkpoints());
  points.insert(points.end(), planned.begin(), planned.end());
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.step < b.step; });
  return points;
}

Start start_at(const RunDirectory& directory, int64_t step) {
  directory.require();
  const auto points = all_checkpoints(directory);
  for (const TrajectoryPoint& point : points) {
    if (point.step == step) return {read_resumable(point), point.path, {}};
  }
  throw Error(ErrorKind::kNotFound)
      .at(directory.checkpoint(step))
      .fact("there is no checkpoint of this step to resume from")
      .hint("there are checkpoints from step " + std::to_string(points.front().step) + " to " +
            std::to_string(points.back().step) + "; --resume auto takes the newest");
}

Start start_at_newest(const RunDirectory& directory) {
  Start start;
  if (!has_checkpoints(directory)) {
    refuse_lost_checkpoints(directory);
    return start;
  }
  const auto points = all_checkpoints(directory);
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    try {
      start.checkpoint = read_resumable(*point);
      start.path = point->path;
      return start;
    } catch (const Error& error) {
      start.warnings.push_back(std::string("passed over: ") + error.what());
    }
  }
  throw Error(ErrorKind::kCorrupt)
      .at(directory.checkpoints())
      .fact("none of " + std::to_string(points.size()) + " checkpoints can be resumed; " +
            start.warnings.front())
      .hint("train again from the start with --overwrite");
}

// What remove_run deletes, in this order. Figures and reports of a label are named figures-LABEL
// and report-LABEL.*.
std::vector<fs::path> parts_of_a_run(const fs::path& root) {
  std::vector<fs::path> paths;
  for (const char* name :
       {"checkpoints", "superseded", "unproven", "probes", "figures", "report.json", "report.md",
        "report.html", "metrics.jsonl", "run.json", "train.log", "config.yaml", "dataset.h5"}) {
    paths.push_back(root / name);
  }
  std::error_code unreadable;
  for (fs::directory_iterator entry(root, unreadable), end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    const std::string name = entry->path().filename().string();
    if (name.rfind("figures-", 0) == 0 || name.rfind("report-", 0) == 0) {
      paths.push_back(entry->path());
    }
  }
  return paths;
}

void remove_run(const RunDirectory& directory) {
  for (const fs::path& path : parts_of_a_run(directory.root())) {
    std::error_code error;
    fs::remove_all(path, error);
    if (error) {
      throw Error(ErrorKind::kIo).at(path.string()).fact("cannot be removed: " + error.message());
    }
  }
}

// The folder that later checkpoints are moved to: superseded/N, N the first free number.
fs::path superseded_folder(const RunDirectory& directory) {
  int64_t number = 1;
  const fs::path all = fs::path(directory.root()) / "superseded";
  while (fs::exists(all / std::to_string(number))) ++number;
  return all / std::to_string(number);
}

// From the newest down, and the metrics last: wherever this is stopped, the newest checkpoint that
// is left has all of its metrics.
void set_back_to(const RunDirectory& directory, int64_t step) {
  const fs::path folder = superseded_folder(directory);
  const auto points = all_checkpoints(directory);
  for (auto point = points.rbegin(); point != points.rend() && point->step > step; ++point) {
    create_folder(folder.string());
    move_file(point->path, (folder / fs::path(point->path).filename()).string());
  }
  drop_metrics_after(directory.metrics_file(), step);
}

bool is_trained_on(const std::string& path, const Dataset& data) {
  return read_dataset(path)->info().content_hash == data.info().content_hash;
}

}  // namespace

StartRequest resume_request(const std::string& text) {
  if (text == "auto") return {StartMode::kResumeAuto, 0};
  int64_t step = -1;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, step);
  if (error != std::errc() || stopped != end || step < 0) {
    throw Error(ErrorKind::kUsage)
        .at("--resume")
        .expected("auto or a step")
        .came("\"" + text + "\"");
  }
  return {StartMode::kResumeStep, step};
}

Start find_start(const RunDirectory& directory, const StartRequest& request) {
  switch (request.mode) {
    case StartMode::kOverwrite:
      return {};
    case StartMode::kResumeAuto:
      return start_at_newest(directory);
    case StartMode::kResumeStep:
      return start_at(directory, request.step);
    case StartMode::kFresh:
      break;
  }
  if (!directory.exists()) return {};
  throw Error(ErrorKind::kUsage)
      .at(directory.root())
      .fact("a run of this name already exists")
      .hint(
          "resume it with --resume auto, replace it with --overwrite, or choose another "
          "experiment.name");
}

void prepare_folder(const RunDirectory& directory, const StartRequest& request, const Start& start,
                    const Dataset& data) {
  const std::string dataset = directory.dataset_file();
  const bool has_dataset = start.checkpoint && fs::exists(dataset);
  if (has_dataset && !is_trained_on(dataset, data)) {
    throw Error(ErrorKind::kCorrupt)
        .at(dataset)
        .fact("this is not the dataset that the config makes")
        .hint("train again with --overwrite");
  }
  if (request.mode == StartMode::kOverwrite) remove_run(directory);
  create_folder(directory.checkpoints());
  remove_leftovers(directory.checkpoints());
  std::error_code ignored;
  fs::remove_all(unproven_folder(directory), ignored);
  remove_leftovers(directory.root());
  if (start.checkpoint) {
    set_back_to(directory, start.checkpoint->step);
  } else {
    drop_metrics_after(directory.metrics_file(), -1);
  }
  if (!has_dataset) data.save(dataset);
}

}  // namespace kairo
