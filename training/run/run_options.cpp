#include "training/run/run_options.h"

#include "core/base/error.h"
#include "core/config/field_printer.h"

namespace kairo {
TaskRequest task_request(const RunOptions& options) {
  return {options.task.name, options.data, options.model.attention_dir,
          static_cast<uint64_t>(options.experiment.seed)};
}

void settle_model(RunOptions& options, const Dataset& data) {
  const DatasetInfo& info = data.info();
  if (options.model.d_vocab == 0) options.model.d_vocab = info.d_vocab();
  if (options.model.d_vocab < info.d_vocab()) {
    throw Error(ErrorKind::kConfig)
        .at("model.d_vocab")
        .expected("at least the task's " + std::to_string(info.d_vocab()) + " tokens")
        .came(std::to_string(options.model.d_vocab))
        .hint("0 takes the task's number");
  }
  if (options.model.n_ctx < info.n_pos) {
    throw Error(ErrorKind::kConfig)
        .at("model.n_ctx")
        .expected("at least the " + std::to_string(info.n_pos) + " tokens of the longest example")
        .came(std::to_string(options.model.n_ctx))
        .hint("raise it or shorten the task's sequences");
  }
  if (!info.equal_length && options.model.attention_dir == AttentionDir::kBidirectional) {
    throw Error(ErrorKind::kConfig)
        .at("model.attention_dir")
        .fact("the examples differ in length, and a bidirectional model would read the padding")
        .hint("choose causal");
  }
  check(options.model);
}

void check_resumable(RunOptions before, RunOptions now) {
  const Values old_values = values_by_path(before.sections());
  const Values new_values = values_by_path(now.sections());
  for (std::size_t i = 0; i < old_values.size(); ++i) {
    const auto& [key, old_value, role] = old_values[i];
    const bool is_free = role == Role::kLabels || role == Role::kObserves;
    if (is_free || old_value == new_values[i].value) continue;
    throw Error(ErrorKind::kConfig,
                {key, "the resumed run's value " + old_value, new_values[i].value,
                 "resume without this change, or train under another name"});
  }
}

}  // namespace kairo
