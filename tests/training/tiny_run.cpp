#include "tests/training/tiny_run.h"

#include <spdlog/spdlog.h>

#include "core/config/transformer_options.h"
#include "core/files/atomic_file.h"
#include "core/store/trajectory.h"
#include "studies/late_disambiguation/data/options.h"
#include "training/run/run_start.h"

namespace kairo {

using namespace late_disambiguation;  // the task of these tests

RunOptions tiny_options() {
  RunOptions options;
  options.experiment.name = "tiny";
  options.data.as<DisambiguationOptions>().n_unique_b = 6;
  options.data.as<DisambiguationOptions>().k = 3;
  options.model.as<TransformerOptions>().n_layers = 2;
  options.model.as<TransformerOptions>().n_heads = 2;
  options.model.as<TransformerOptions>().d_model = 16;
  options.model.as<TransformerOptions>().d_head = 8;
  options.model.as<TransformerOptions>().d_mlp = 32;
  options.training.batch_size = 5;
  options.training.warmup_steps = 4;
  options.training.max_steps = 24;
  options.training.eval_every = 6;
  options.training.eval_examples = 10;
  options.training.checkpoint_every = 8;
  return options;
}

std::shared_ptr<const MemoryDataset> tiny_dataset(RunOptions& options) {
  auto data = make_dataset(task_request(options));
  settle(options, *data);
  return data;
}

TinyRun::TinyRun(RunOptions options)
    : options_(std::move(options)),
      data_(tiny_dataset(options_)),
      directory_(folder_.path(), options_.experiment.name) {}

TrainingEnd TinyRun::train(int threads, std::optional<int64_t> resume_from,
                           std::optional<int64_t> interrupt_at) {
  spdlog::set_level(spdlog::level::off);
  const StartRequest request{resume_from ? StartMode::kResumeStep : StartMode::kOverwrite,
                             resume_from.value_or(0)};
  const Start start = find_start(directory_, request);
  Trainer trainer({options_, "config: tiny\n", threads}, *data_, directory_);
  if (start.checkpoint) trainer.resume(*start.checkpoint, start.path);
  prepare_folder(directory_, request, start, *data_);
  RunLog log(directory_.log_file());
  std::atomic<bool> stop{false};
  int64_t step = resume_from.value_or(0);
  stop = step + 1 == interrupt_at;
  Progress::Settings settings;
  settings.mode = ProgressMode::kLines;
  settings.seconds_between_lines = 0;
  settings.line = [&](const std::string&) {
    stop = ++step + 1 == interrupt_at;
    at_step_(step);
  };
  Progress progress(settings);
  return trainer.run({log, progress, stop});
}

Checkpoint TinyRun::checkpoint(int64_t step) const {
  return read_checkpoint(directory_.checkpoint(step), CheckpointPart::kEverything);
}

std::vector<int64_t> TinyRun::steps() const {
  std::vector<int64_t> steps;
  for (const TrajectoryPoint& point : find_checkpoints(directory_.checkpoints())) {
    steps.push_back(point.step);
  }
  return steps;
}

}  // namespace kairo
