#include "programs/run_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/config/whole_config.h"
#include "core/files/atomic_file.h"
#include "core/files/safe_name.h"
#include "core/store/metrics.h"
#include "programs/run_setup.h"

namespace kairo {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& expected,
                         const std::string& came, const std::string& hint = "") {
  throw Error(ErrorKind::kCorrupt).at(file).expected(expected).came(came).hint(hint);
}

std::string up_to(int64_t step) { return "up to step " + std::to_string(step); }

}  // namespace

TrainingOptions read_training_options(const std::string& config_file) {
  check_whole_config(config_file);
  RunSettings settings;
  ConfigBinder binder;
  bind_settings(binder, settings, {});
  binder.pass_over("probes");
  binder.load(config_file, {});
  return settings.run.training;
}

RunState read_run_state(const std::string& run_file) {
  const auto json = nlohmann::json::parse(read_file(run_file), nullptr, false);
  if (!json.is_object()) refuse(run_file, "", "the file is no JSON object", "it is damaged");
  const auto status = json.find("status"), steps = json.find("steps");
  if (status == json.end() || !status->is_string()) {
    refuse(run_file, "", "there is no field \"status\" with text");
  }
  if (steps == json.end() || !steps->is_number_integer()) {
    refuse(run_file, "", "there is no field \"steps\" with an integer");
  }
  const RunState state{status->get<std::string>(), steps->get<int64_t>()};
  static const std::set<std::string> known = {"running", "finished", "interrupted", "failed"};
  if (known.count(state.status) == 0) {
    refuse(run_file, "the status running, finished, interrupted or failed", quoted(state.status));
  }
  return state;
}

void check_last_step(const std::string& run_file, const RunState& state, int64_t last_checkpoint) {
  if (state.status == "running") return;
  const bool may_end_before = state.status == "failed";
  const bool fits =
      last_checkpoint == state.steps || (may_end_before && last_checkpoint < state.steps);
  if (fits) return;
  refuse(run_file, "",
         "the run " + state.status + " at step " + std::to_string(state.steps) +
             ", and its checkpoints go " + up_to(last_checkpoint),
         "one is missing, or belongs to another run");
}

void check_metrics(const std::string& metrics_file, int64_t eval_every, int64_t last_checkpoint) {
  const Metrics metrics = read_metrics(metrics_file);
  if (metrics.steps.empty() || metrics.steps.front() != 0) {
    refuse(metrics_file, "",
           metrics.steps.empty()
               ? "the file has no lines"
               : "the lines begin at step " + std::to_string(metrics.steps.front()) + ", not at 0");
  }
  int64_t spacing = eval_every, last = 0;
  for (const int64_t step : metrics.steps) {
    if (step > last_checkpoint) break;
    spacing = std::max(spacing, step - last);
    last = step;
  }
  if (last_checkpoint - last < spacing) return;
  refuse(metrics_file, "",
         "the lines, one every " + std::to_string(spacing) + " steps, go " + up_to(last) +
             ", and the checkpoints " + up_to(last_checkpoint),
         "the file was cut, or a checkpoint belongs to another run");
}

}  // namespace kairo
