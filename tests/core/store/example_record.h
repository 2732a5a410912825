// Small records: a quantity without axes, one in a group with two axes, a derived one.
#pragma once

#include <cmath>
#include <limits>

#include "core/store/record.h"

namespace kairo {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

inline RecordKey example_key() {
  return {"causal_patching", "default", R"({"n": 3})", "d4", "0.1.0", 7, 3};
}

inline StepRecord example_step(int64_t step) {
  const float base = static_cast<float>(step);
  const float nan = static_cast<float>(kNan);
  Quantity loss;
  loss.name = "loss";
  loss.definition = "Loss of the first target token.";
  loss.units = "nats";
  loss.per_example = {base, nan, base + 2};
  loss.per_example_rows = 3;
  Quantity effect;
  effect.name = "effect/resid_pre";
  effect.definition = "Share of the logit difference.";
  effect.units = "1";
  effect.axes = {{"layer", {0, 1}}, {"pos", {3, 4, 9}}};
  effect.per_example_rows = 3;
  for (int i = 0; i < 18; ++i) effect.per_example.push_back(base + static_cast<float>(i) / 8);
  Quantity ratio;
  ratio.name = "a_ratio";
  ratio.definition = "A ratio of means.";
  ratio.units = "1";
  ratio.axes = {{"head", {0, 1}}};
  ratio.mean = {static_cast<double>(step) / 3, kNan};
  ratio.standard_error = {0.5, kNan};
  ratio.n_examples = 3;
  summarize(loss);
  summarize(effect);
  return {step, "hash" + std::to_string(step), "AVX2", {loss, effect, ratio}};
}

inline Record example_record() {
  Record record = merge(example_key(), {example_step(0), example_step(200), example_step(400)});
  record.notes = {"left out: nothing", "λ"};
  return record;
}

// NaN equals NaN here.
template <typename T>
bool same_values(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i]) && !(std::isnan(a[i]) && std::isnan(b[i]))) return false;
  }
  return true;
}

inline bool same_axes(const std::vector<Axis>& a, const std::vector<Axis>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool same =
        a[i].name == b[i].name && a[i].values == b[i].values && a[i].names == b[i].names;
    if (!same) return false;
  }
  return true;
}

inline bool same_about(const Quantity& a, const Quantity& b) {
  return a.name == b.name && a.definition == b.definition && a.units == b.units &&
         same_axes(a.axes, b.axes);
}

inline bool equal(const Quantity& a, const Quantity& b) {
  return same_about(a, b) && same_values(a.mean, b.mean) &&
         same_values(a.standard_error, b.standard_error) && a.n_examples == b.n_examples &&
         same_values(a.per_example, b.per_example) && a.per_example_rows == b.per_example_rows;
}

inline bool equal(const SeriesQuantity& a, const SeriesQuantity& b) {
  return same_about(a.about, b.about) && same_values(a.mean, b.mean) &&
         same_values(a.standard_error, b.standard_error) && a.n_examples == b.n_examples &&
         same_values(a.per_example, b.per_example) && a.per_example_rows == b.per_example_rows;
}

template <typename Item>
bool equal(const std::vector<Item>& a, const std::vector<Item>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!equal(a[i], b[i])) return false;
  }
  return true;
}

inline bool equal(const RecordKey& a, const RecordKey& b) {
  return a.probe == b.probe && a.label == b.label && a.settings == b.settings &&
         a.dataset_hash == b.dataset_hash && a.code_version == b.code_version && a.seed == b.seed &&
         a.n_examples == b.n_examples;
}

inline bool equal(const Record& a, const Record& b) {
  return equal(a.key, b.key) && a.steps == b.steps && a.checkpoint_hashes == b.checkpoint_hashes &&
         a.kernels == b.kernels && a.notes == b.notes && equal(a.quantities, b.quantities);
}

inline bool equal(const StepRecord& a, const StepRecord& b) {
  return a.step == b.step && a.checkpoint_hash == b.checkpoint_hash && a.kernels == b.kernels &&
         equal(a.quantities, b.quantities);
}

}  // namespace kairo
