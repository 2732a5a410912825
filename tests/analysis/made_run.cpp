#include "tests/analysis/made_run.h"

#include <algorithm>
#include <cmath>

#include "tests/analysis/made_curves.h"

namespace kairo::made {
namespace {

constexpr int64_t kSelectors = 10;  // K
constexpr int64_t kBases = 1000;

// Evaluations of a trainer, every second checkpoint spacing.
Metrics metrics(const Curves& curves, const Record& performance) {
  Metrics m;
  for (std::size_t s = 0; s < curves.steps().size(); s += 2) {
    const int64_t step = curves.steps()[s];
    m.steps.push_back(step);
    for (const SeriesQuantity& q : performance.quantities) {
      m.columns[q.about.name].push_back(q.mean[s]);
    }
    const double gap = curves.mean_over_examples(
        [&](const Example& e) { return 6 * e.scale * curves.selector_learnt(step, e); });
    if (curves.options().task == Task::kBzToA) m.columns["z_shuffle_gap"].push_back(gap);
    m.columns["running_loss"].push_back(m.columns["loss"].back() * 1.02);
    m.columns["learning_rate"].push_back(1e-3 * std::min(1.0, static_cast<double>(step) / 500));
    m.columns["grad_norm"].push_back(0.2 + m.columns["loss"].back());
  }
  return m;
}

void describe_task(RunData& run, Task task) {
  const bool selector = task != Task::kBToA;
  run.task = selector ? kTask : "disambiguation/b_to_a";
  run.position_names = {"BOS", "B1", "B2", "B3", "B4", "B5", "B6", "SEP"};
  if (selector) run.position_names.insert(run.position_names.end(), {"z1", "z2", "SEP"});
  const int64_t target = static_cast<int64_t>(run.position_names.size());
  run.position_names.insert(run.position_names.end(), {"A1", "A2", "A3", "A4", "EOS"});
  run.spans["base"] = {1, 7};
  if (selector) run.spans["selector"] = {kSelectorBegin, kSelectorEnd};
  run.spans["target"] = {target, target + 4};
  run.n_examples = kBases * (task == Task::kOneSelector ? 1 : kSelectors);
  run.dataset_hash = std::string(64, 'd');
  if (task == Task::kOneSelector) return;
  run.ambiguity_nats = std::log(static_cast<double>(kSelectors));
  run.floors = {{"without_selector", "first_target_loss", 2.17,
                 "Mean entropy of the first target token given the base alone."},
                {"without_selector", "loss", run.ambiguity_nats / 5,
                 "Entropy of the whole target given the base alone, per loss token."}};
}

void leave_out(RunData& run, Task task) {
  const std::string one = "K = 1: no other selector";
  const std::string none = "the task has no selector";
  if (task == Task::kBToA) run.left_out["attention_to_z"] = none;
  for (const char* probe : {"causal_patching", "z_shuffle", "candidates"}) {
    if (task != Task::kBzToA) run.left_out[probe] = task == Task::kBToA ? none : one;
  }
}

}  // namespace

RunData run(const RunOptions& options) {
  const Curves curves(options);
  RunData run;
  run.experiment = "made_k10";
  run.checkpoint_spacing = options.spacing;
  describe_task(run, options.task);
  leave_out(run, options.task);
  run.records["performance"] = performance(curves);
  run.metrics = metrics(curves, run.records["performance"]);
  run.records["logit_lens"] = logit_lens(curves);
  if (options.task != Task::kBToA) run.records["attention_to_z"] = attention_to_z(curves);
  if (options.task == Task::kBzToA) {
    run.records["causal_patching"] = causal_patching(curves);
    run.records["z_shuffle"] = z_shuffle(curves);
    run.records["candidates"] = candidates(curves);
  }
  return run;
}

Record record_of(const std::string& probe, const std::string& quantity,
                 const std::vector<int64_t>& steps,
                 const std::vector<std::vector<float>>& per_example) {
  Record record;
  record.key.probe = probe;
  record.key.label = "default";
  record.steps = steps;
  record.checkpoint_hashes.assign(steps.size(), std::string(64, 'c'));
  record.kernels.assign(steps.size(), "AVX2");
  SeriesQuantity q;
  q.about = about(quantity, "nats");
  q.per_example_rows = static_cast<int64_t>(per_example.front().size());
  record.key.n_examples = q.per_example_rows;
  for (const auto& row : per_example) {
    q.per_example.insert(q.per_example.end(), row.begin(), row.end());
  }
  summarize_series(q, static_cast<int64_t>(steps.size()));
  record.quantities.push_back(std::move(q));
  return record;
}

}  // namespace kairo::made
