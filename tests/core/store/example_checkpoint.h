// A small checkpoint with every part, and equality of content.
#pragma once

#include "core/store/checkpoint.h"

namespace kairo {

inline NamedArray counting_array(const std::string& name, const std::vector<int64_t>& shape,
                                 float first) {
  NamedArray array{name, shape, {}};
  int64_t size = 1;
  for (int64_t length : shape) size *= length;
  for (int64_t i = 0; i < size; ++i) array.values.push_back(first + 0.25f * static_cast<float>(i));
  return array;
}

inline Checkpoint example_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.step = 200;
  checkpoint.experiment = "k10_n1000";
  checkpoint.version = "0.1.0";
  checkpoint.model_json = R"({"d_model": 3, "n_layers": 1})";
  checkpoint.parameters = {counting_array("blocks.0.attn.W_Q", {2, 3, 4}, -1.0f),
                           counting_array("embed.W_E", {5, 3}, 2.0f)};
  checkpoint.has_optimizer = true;
  checkpoint.optimizer.name = "adamw";
  checkpoint.optimizer.step = 200;
  checkpoint.optimizer.states["exp_avg"] = {counting_array("embed.W_E", {5, 3}, 0.5f)};
  checkpoint.optimizer.states["exp_avg_sq"] = {counting_array("embed.W_E", {5, 3}, 0.0f)};
  checkpoint.has_training = true;
  checkpoint.training.integers["order"] = {3, 1, 2};
  checkpoint.training.integers["nothing"] = {};
  checkpoint.training.reals["running_loss"] = {0.1, 1e300};
  checkpoint.config_yaml = "model:\n  d_model: 3\n";
  return checkpoint;
}

inline bool equal(const std::vector<NamedArray>& a, const std::vector<NamedArray>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].shape != b[i].shape || a[i].values != b[i].values)
      return false;
  }
  return true;
}

inline bool equal(const Checkpoint& a, const Checkpoint& b) {
  if (a.optimizer.states.size() != b.optimizer.states.size()) return false;
  for (const auto& [name, arrays] : a.optimizer.states) {
    const auto found = b.optimizer.states.find(name);
    if (found == b.optimizer.states.end() || !equal(arrays, found->second)) return false;
  }
  return a.step == b.step && a.experiment == b.experiment && a.version == b.version &&
         a.model_json == b.model_json && equal(a.parameters, b.parameters) &&
         a.has_optimizer == b.has_optimizer && a.optimizer.name == b.optimizer.name &&
         a.optimizer.step == b.optimizer.step && a.has_training == b.has_training &&
         a.training.integers == b.training.integers && a.training.reals == b.training.reals &&
         a.config_yaml == b.config_yaml && a.content_hash == b.content_hash;
}

}  // namespace kairo
