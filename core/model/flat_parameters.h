// All parameters of a model in one contiguous buffer, their gradients in another: clipping, the
// optimiser step, hashing, checkpointing are one pass over memory.
//
// Where each lies: core/model/parameter_layout.h.
//
// Invariants:
//  - The padding between slices is zero and stays zero.
//  - Each leaf is its own autograd leaf over its slice and its .grad a view of the flat gradient,
//  only ever
//    zeroed in place: slicing one big leaf would make a full-size gradient per slice.
// Thread rule: values may be read by many threads; a gradient buffer belongs to one backward at a
// time. `shard()` gives further leaves over the same values with a gradient buffer of their own.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "core/config/model_options.h"
#include "core/kernels/weight.h"
#include "core/model/parameter_layout.h"

namespace kairo {

// Whether weights are to be learned, for which each needs a gradient beside it.
enum class WeightGradients { kKept, kNone };

class FlatParameters {
 public:
  // Zeros, on the CPU unless `device` says otherwise; without gradients frozen from the start.
  FlatParameters(ParameterLayout layout, ModelDtype dtype, at::Device device = at::kCPU,
                 WeightGradients gradients = WeightGradients::kKept);

  // The same values (shared), a gradient buffer of its own, to which fused operations add in place
  // (core/kernels/weight.h): zero it before a backward pass. torch::autograd::grad with respect to
  // its leaves therefore finds nothing; ask the parameters themselves.
  FlatParameters shard() const;

  const at::Tensor& values() const { return values_; }        // [n]
  const at::Tensor& gradients() const { return gradients_; }  // [n]; undefined where frozen
  void zero_gradients();                                      // of parameters that are not frozen
  // Parameters become constants: no leaf requires a gradient, and the buffer for them is given up.
  void freeze();

  // Packed leaf by its name inside: "blocks.0.attn.W_QKV", "embed.W_E". By a second name (a tied
  // "unembed.W_U") the leaf turned over, whose gradients reach the leaf.
  at::Tensor leaf(const std::string& name) const;

  // The leaf as fused operations take it.
  Weight weight(const std::string& name) const;

  const ParameterLayout& layout() const { return layout_; }
  // As ParameterLayout's.
  const std::vector<ParameterView>& views() const { return layout_.views(); }
  const ParameterView& view(const std::string& name) const { return layout_.view(name); }
  int64_t count() const { return layout_.count(); }

 private:
  void make_leaves();
  // The second name's slice; null where the name is not a second one.
  const std::string* slice_of_tied(const std::string& name) const;

  ParameterLayout layout_;
  bool adds_in_place_ = false;
  at::Tensor values_;
  at::Tensor gradients_;
  std::map<std::string, at::Tensor> leaves_;
};

}  // namespace kairo
