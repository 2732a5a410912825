#include "training/run/run_options.h"

#include <cmath>

#include "core/base/error.h"
#include "core/config/field_printer.h"

namespace kairo {
namespace {

// `value` becomes `steps`, which `other` asks for.
void follow(const std::string& key, int64_t standard, const std::string& other, int64_t steps,
            int64_t& value) {
  if (value != standard && value != steps) {
    throw Error(ErrorKind::kConfig)
        .at(key)
        .fact(std::to_string(value) + " steps are given, but " + other + " asks for " +
              std::to_string(steps))
        .hint("give one of the two");
  }
  value = steps;
}

void settle_steps(std::size_t n_examples, TrainingOptions& training) {
  const auto parts = [](int64_t n, int64_t size) { return (n + size - 1) / size; };
  const TrainingOptions standard;
  if (training.epochs > 0) {
    const int64_t batches = parts(static_cast<int64_t>(n_examples), training.batch_size);
    follow("training.max_steps", standard.max_steps, "training.epochs",
           parts(training.epochs * batches, training.accumulate), training.max_steps);
  }
  if (training.warmup_fraction > 0) {
    const double steps = training.warmup_fraction * static_cast<double>(training.max_steps);
    follow("training.warmup_steps", standard.warmup_steps, "training.warmup_fraction",
           std::llround(steps), training.warmup_steps);
  }
}

}  // namespace

TaskRequest task_request(const RunOptions& options) {
  return {options.task.name, options.data,
          options.model->is_causal() ? AttentionDir::kCausal : AttentionDir::kBidirectional,
          static_cast<uint64_t>(options.experiment.seed)};
}

ModelSection seeded_model(const RunOptions& options) {
  ModelSection model = options.model;
  if (model->seed < 0) model->seed = options.experiment.seed;
  return model;
}

void settle(RunOptions& options, const Dataset& data) {
  const DatasetInfo& info = data.info();
  settle_steps(data.examples_of(Split::kTrain).size(), options.training);
  if (options.model->d_vocab == 0) options.model->d_vocab = info.d_vocab();
  if (options.model->d_vocab < info.d_vocab()) {
    throw Error(ErrorKind::kConfig)
        .at("model.d_vocab")
        .expected("at least the task's " + std::to_string(info.d_vocab()) + " tokens")
        .came(std::to_string(options.model->d_vocab))
        .hint("0 takes the task's number");
  }
  if (options.model->n_ctx < info.n_pos) {
    throw Error(ErrorKind::kConfig)
        .at("model.n_ctx")
        .expected("at least the " + std::to_string(info.n_pos) + " tokens of the longest example")
        .came(std::to_string(options.model->n_ctx))
        .hint("raise it or shorten the task's sequences");
  }
  if (!info.equal_length && !options.model->is_causal()) {
    throw Error(ErrorKind::kConfig)
        .at("model")
        .fact("the examples differ in length, and a bidirectional model would read the padding")
        .hint("choose a causal one");
  }
  options.model->check();
}

void check_resumable(RunOptions before, RunOptions now) {
  // -1 and the number it stands for are one seed.
  before.model = seeded_model(before);
  now.model = seeded_model(now);
  const Values old_values = values_by_path(before.sections());
  const Values new_values = values_by_path(now.sections());
  for (std::size_t i = 0; i < old_values.size(); ++i) {
    const auto& [key, old_value, role] = old_values[i];
    const bool is_free = role == Role::kLabels || role == Role::kObserves;
    if (is_free || old_value == new_values[i].value) continue;
    throw Error(ErrorKind::kConfig)
        .at(key)
        .fact("the run was trained with " + old_value + ", and " + new_values[i].value +
              " is given now")
        .hint("resume without this change, or train under another name");
  }
}

}  // namespace kairo
