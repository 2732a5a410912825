#include "core/config/options.h"

#include <stdexcept>

namespace kairo {
namespace {

const Names<Schedule> kScheduleNames = {{Schedule::kCosine, "cosine"},
                                        {Schedule::kLinear, "linear"},
                                        {Schedule::kConstant, "constant"},
                                        {Schedule::kCosineRestarts, "cosine_restarts"},
                                        {Schedule::kConstantCooldown, "constant_cooldown"}};
const Names<ProbeSplit> kProbeSplitNames = {{ProbeSplit::kTrain, "train"},
                                            {ProbeSplit::kHeldOut, "held_out"}};

constexpr IntRange kSeed = {0, IntRange().most};
constexpr IntRange kSteps = {0, 1000000000};
constexpr IntRange kSpacing = {1, 1000000000};
constexpr IntRange kExamples = {1, 10000000};
constexpr RealRange kShare = {0, 1};

}  // namespace

std::vector<Field> ExperimentOptions::fields() {
  return {
      {"name",
       name,
       {},
       "Name of the run, a folder under output.base_dir: letters, digits and ._-+= only, not "
       "beginning with . or -.",
       Role::kLabels},
      {"seed", seed, kSeed,
       "Seed of the data and the order of batches; change it to repeat a run on other data "
       "(the weights too while model.seed is -1).",
       Role::kSeeds},
  };
}

std::vector<Field> TaskOptions::fields() {
  return {
      {"name", name, task_names(), "Name of the task; its keys are under data."},
  };
}

std::vector<Field> TrainingOptions::fields() {
  return {
      {"batch_size", batch_size, {1, 1 << 20}, "Examples per batch."},
      {"accumulate",
       accumulate,
       {1, 1 << 20},
       "Batches per step, one after the other in the memory of one; their gradients are summed."},
      {"optimizer",
       optimizer,
       {},
       "Optimiser: adamw or sgd; its own keys are under optimizer.NAME."},
      {"learning_rate",
       learning_rate,
       {0, 1000},
       "Highest learning rate, reached after the warm-up."},
      {"weight_decay",
       weight_decay,
       {0, 10},
       "Weight decay on all parameters: adamw shrinks them by learning rate * this per step, sgd "
       "adds this * parameter to the gradient."},
      {"max_steps", max_steps, kSteps, "Training steps; also the end of the schedule."},
      {"epochs", epochs, kSteps,
       "Passes over the training examples, instead of max_steps; 0: max_steps says it."},
      {"schedule", schedule, kScheduleNames,
       "Learning rate after the warm-up: cosine or linear to zero at max_steps, constant, "
       "cosine_restarts, or constant_cooldown."},
      {"warmup_steps", warmup_steps, kSteps, "Steps over which the learning rate rises linearly."},
      {"warmup_fraction", warmup_fraction, kShare,
       "Length of the warm-up as a share of max_steps, instead of warmup_steps; 0: warmup_steps "
       "says it."},
      {"restart_steps", restart_steps, kSpacing,
       "cosine_restarts: steps of the first cosine, from the peak to zero."},
      {"restart_factor",
       restart_factor,
       {1, 100},
       "cosine_restarts: length of each cosine over that of the one before."},
      {"cooldown_fraction", cooldown_fraction, kShare,
       "constant_cooldown: share of max_steps at the end over which the rate falls linearly to "
       "zero."},
      {"frozen",
       frozen,
       {},
       "Parameters that training does not change, as globs: [blocks.*.attn.b_Q, pos_embed.W_pos]."},
      {"init_from",
       init_from,
       {},
       "A checkpoint file whose weights training begins with; \"\": weights drawn by model.seed."},
      {"clip_norm",
       clip_norm,
       {0, 1e9},
       "Gradients are clipped to this norm (of all parameters together); 0: not clipped."},
      {"eval_every", eval_every, kSpacing, "Steps between evaluations.", Role::kObserves},
      {"eval_examples", eval_examples, kExamples,
       "Training examples per evaluation; always the same ones.", Role::kObserves},
      {"log_gradients", log_gradients,
       "Gradient norms by parameter and by segment of the embedding at each evaluation, from a "
       "backward pass of its own over the evaluation's examples; the run stays the same.",
       Role::kObserves},
      {"checkpoint_every", checkpoint_every, kSpacing,
       "Steps between checkpoints: the resolution of every transition.", Role::kObserves},
      {"checkpoint_steps", checkpoint_steps, kSteps,
       "More steps at which to keep a checkpoint, e.g. [1, 10].", Role::kObserves},
      {"checkpoint_log_spaced",
       checkpoint_log_spaced,
       {0, 1000},
       "Number of extra, log-spaced checkpoints before the first regular one.",
       Role::kObserves},
      {"optimizer_state_every", optimizer_state_every, kSteps,
       "Steps between checkpoints that can be resumed (three times the size); 0: all can.",
       Role::kObserves},
      {"shards",
       shards,
       {1, 256},
       "Parts of a batch, whatever the thread count: part of the result's identity; threads "
       "beyond it stay idle."},
      {"stop_when_solved", stop_when_solved, kShare,
       "Stop once accuracy is above this at three evaluations in a row; 0: never.",
       Role::kObserves},
      {"log_every",
       log_every,
       {1, 86400},
       "Seconds between progress lines when not on a terminal.",
       Role::kLabels},
  };
}

std::vector<Field> ProbesOptions::fields() {
  return {
      {"enabled", enabled, {}, "Probes that analyze runs if their record is missing."},
      {"n_examples",
       n_examples,
       {2, kExamples.most},
       "Examples per probe, the same at every checkpoint; errors shrink with its square root."},
      {"seed", seed, kSeed, "Seed of the examples drawn and of what replaces a part of each."},
      {"split", split, kProbeSplitNames,
       "Examples from training, or held_out (needs data.probe_fraction)."},
  };
}

double& TransitionsOptions::threshold(const std::string& key) {
  for (Threshold& each : thresholds) {
    if (key == each.key) return each.value;
  }
  throw std::out_of_range("no event has the threshold transitions." + key);
}

double TransitionsOptions::threshold(const std::string& key) const {
  return const_cast<TransitionsOptions*>(this)->threshold(key);
}

std::vector<Field> TransitionsOptions::fields() {
  std::vector<Field> all;
  for (Threshold& each : thresholds) all.emplace_back(each.key, each.value, each.range, each.help);
  const std::vector<Field> general = {
      {"hold_spacings",
       hold_spacings,
       {0, 1000},
       "Checkpoint spacings for which an event must hold to be confirmed."},
      {"least_rise", least_rise, kShare,
       "Order of events: a bounded series that rises by less is not timed."},
      {"sites",
       sites,
       {"resid_pre", "attn_out", "mlp_out", "z", "z_by_pos"},
       "Order of events: patched sites whose strongest element is timed."},
      {"change_point_bic",
       change_point_bic,
       {0, 1000},
       "A break's BIC must be lower than any smooth curve's by this."},
      {"bootstrap_samples",
       bootstrap_samples,
       {1, 1000000},
       "Resamplings of the examples behind each interval."},
      {"seed", seed, kSeed, "Of the bootstrap."},
      {"confidence", confidence, {0.5, 0.9999}, "Coverage of the intervals."},
  };
  all.insert(all.end(), general.begin(), general.end());
  return all;
}

std::vector<Field> OutputOptions::fields() {
  return {
      {"base_dir", base_dir, {}, "Folder of all runs; also --output-dir."},
  };
}

}  // namespace kairo
