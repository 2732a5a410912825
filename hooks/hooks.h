// Hooks: what a caller wants to see or change in one forward pass. An argument, not state: nothing
// is left behind after a call, and several threads may run one model with the same or with
// different hooks.
//
//   Hooks hooks;
//   hooks.observe("blocks.*.attn.hook_pattern", [&](const Tensor& value, const HookPoint& point)
//   {…}); hooks.edit("blocks.1.hook_resid_pre", zero_ablation()); model.forward(tokens, hooks);
//
// Invariants:
//  - Hooks of one point run in the order they were added; an edit is seen by the hooks after it.
//  - The tensor a hook gets may not be changed in place (kShape error naming the hook point):
//  return a
//    replacement of the same shape and dtype, or nothing.
//  - A pattern that matches no point of the model is an error when the pass begins.
//  - A gradient hook runs during backward, gets the gradient of the point and may return a
//  replacement.
// Thread rule: build, then only read.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hooks/hook_table.h"

namespace kairo {

using Observer = std::function<void(const at::Tensor& value, const HookPoint& point)>;
using Edit =
    std::function<std::optional<at::Tensor>(const at::Tensor& value, const HookPoint& point)>;

class Hooks {
 public:
  Hooks& observe(const std::string& pattern, Observer observer);
  Hooks& edit(const std::string& pattern, Edit edit);
  Hooks& observe_gradient(const std::string& pattern, Observer observer);
  Hooks& edit_gradient(const std::string& pattern, Edit edit);

  bool empty() const { return entries_.empty(); }

 private:
  friend class ActiveHooks;
  struct Entry {
    std::string pattern;
    Edit run;
    bool gradient = false;
    bool edits = false;
  };
  std::vector<Entry> entries_;
};

// Hooks matched against one model's table, for one forward pass.
class ActiveHooks {
 public:
  // Throws kNotFound for a pattern without a match. `hooks` and `table` must outlive the pass, and
  // the hooks of gradients are copied into the graph.
  ActiveHooks(const Hooks& hooks, const HookTable& table);

  // A point is its index in the table; -1, a point that the model lacks, is never looked at.
  // True where any hook looks at the point.
  bool wants(int64_t point) const { return runs(point) != nullptr; }
  // True where the rest of the pass must be computed from the very tensor seen there: it is edited,
  // or a gradient is to flow through it.
  bool flows_through(int64_t point) const;
  bool wants_gradients() const { return wants_gradients_; }

  // Passes `value` through the point: unchanged and free where nobody looks, else an identity node
  // of its own with the hooks run on it. Throws what a hook throws, with the point's name where it
  // is an Error.
  at::Tensor at(int64_t point, const at::Tensor& value) const;

 private:
  using Run = std::vector<const Hooks::Entry*>;

  const Run* runs(int64_t point) const {
    if (runs_.empty() || point < 0 || runs_[point].empty()) return nullptr;
    return &runs_[point];
  }

  const HookTable& table_;
  std::vector<Run> runs_;  // by point; empty where there are no hooks at all
  bool wants_gradients_ = false;
};

}  // namespace kairo
