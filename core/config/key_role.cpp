#include "core/config/key_role.h"

#include <algorithm>
#include <iterator>

namespace kairo {
namespace {

constexpr const char* kLabelKeys[] = {"experiment.name", "training.log_every"};
constexpr const char* kSeedKeys[] = {"experiment.seed"};
// Evaluations and checkpoints attach nothing to a training step.
constexpr const char* kObservingKeys[] = {"training.eval_every",
                                          "training.eval_examples",
                                          "training.log_gradients",
                                          "training.checkpoint_every",
                                          "training.checkpoint_steps",
                                          "training.checkpoint_log_spaced",
                                          "training.optimizer_state_every",
                                          "training.stop_when_solved"};

template <typename Keys>
bool has(const Keys& keys, const std::string& path) {
  return std::find(std::begin(keys), std::end(keys), path) != std::end(keys);
}

}  // namespace

KeyRole role_of_key(const std::string& path) {
  if (has(kLabelKeys, path)) return KeyRole::kLabels;
  if (has(kSeedKeys, path)) return KeyRole::kSeeds;
  return has(kObservingKeys, path) ? KeyRole::kObserves : KeyRole::kDecides;
}

}  // namespace kairo
