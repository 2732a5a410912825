#include "programs/refine_run.h"

#include <fmt/format.h>

#include "core/data/dataset_file.h"
#include "core/files/atomic_file.h"
#include "core/files/temporary_file.h"
#include "core/files/work_lock.h"
#include "programs/compute_setup.h"
#include "programs/interruption.h"
#include "programs/progress_setup.h"
#include "programs/replay_setup.h"
#include "training/run/run_log.h"
#include "training/run/run_record.h"

namespace kairo {
namespace {

std::string to_text(const RefineWindow& window) {
  return fmt::format("{}:{} every {}", window.first, window.last, window.every);
}

std::string to_text(const RefinePlan& plan) {
  if (plan.missing.empty()) return fmt::format("all {} steps are there already", plan.n_there);
  std::string text =
      fmt::format("{} updates from step {} to {}, {} checkpoints to make, {} there already",
                  plan.last_step() - plan.start.step, plan.start.step, plan.last_step(),
                  plan.missing.size(), plan.n_there);
  // Replayed to be compared; nothing new is kept there.
  if (plan.missing.back() < plan.last_step()) {
    text += fmt::format("; the last to make is {}, and the run's checkpoint {} proves the window",
                        plan.missing.back(), plan.last_step());
  }
  return text;
}

}  // namespace

RunRefiner::RunRefiner(const RunDirectory& directory, RunOptions run, const CommonFlags& flags)
    : directory_(directory),
      flags_(flags),
      data_(read_dataset(directory.dataset_file())),
      options_(std::move(run)) {
  settle(options_, *data_);
}

void RunRefiner::require_same(RunOptions named) const {
  settle(named, *data_);
  check_resumable(options_, named);
}

std::string RunRefiner::plan(const RefineWindow& window) const {
  return to_text(plan_refinement(directory_, window));
}

RefineResult RunRefiner::refine(const RefineWindow& window) const {
  WorkLock lock(directory_.train_lock());
  lock.take("training this run");
  remove_leftovers(directory_.checkpoints());
  const RefinePlan plan = plan_refinement(directory_, window);
  if (plan.missing.empty()) return {};
  RunLog log(directory_.log_file());
  log.info("refining " + to_text(window) + ": " + to_text(plan));
  RefineSetup setup;
  setup.options = options_;
  setup.config_yaml = read_file(directory_.config_file());
  setup.threads = job_count(0, flags_);
  const std::vector<Machine> machines =
      machines_between(read_run_record(directory_.run_file()), plan.start.step, plan.last_step());
  setup.device = device_of(machines.empty() ? Machine().device : machines.front().device);
  setup.stop = &catch_interruptions();
  Progress progress = make_progress(flags_, {"replay", "steps", "steps/s"});
  setup.progress = [&progress](int64_t done, int64_t total) {
    ProgressState state;
    state.done = done;
    state.total = total;
    progress.update(state);
  };
  const RefineResult result = kairo::refine(directory_, setup, *data_, plan);
  progress.clear();
  log.info(fmt::format("{}: {} checkpoints added; the replay reproduced {} of the run exactly",
                       result.was_stopped ? "interrupted" : "refined", result.n_added,
                       result.n_proofs));
  return result;
}

}  // namespace kairo
