// All parameters of a model in one contiguous buffer, their gradients in another: clipping, the
// optimiser step, hashing, checkpointing are one pass over memory.
//
// Inside, parameters are packed for speed (q, k and v as one [d_model, 3·head·d_head]); outside,
// names and shapes are TransformerLens's (blocks.0.attn.W_Q [head, d_model, d_head]), as strided
// views of a buffer.
//
// Invariants:
//  - Every slice begins at a multiple of 64 bytes; the padding between is zero and stays zero.
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

namespace kairo {

// A TransformerLens parameter as a view of any buffer that is laid out like the parameters.
struct ParameterView {
  std::string name;  // "blocks.0.attn.W_Q"
  std::vector<int64_t> shape;
  std::vector<int64_t> strides;  // elements
  int64_t offset = 0;            // elements

  // [shape…], sharing `flat`'s memory.
  at::Tensor of(const at::Tensor& flat) const;
};

class FlatParameters {
 public:
  // Zeros, on the CPU unless `device` says otherwise.
  explicit FlatParameters(const ModelOptions& options, at::Device device = at::kCPU);

  // The same values (shared), a gradient buffer of its own, to which fused operations add in place
  // (core/kernels/weight.h): zero it before a backward pass. torch::autograd::grad with respect to
  // its leaves therefore finds nothing; ask the parameters themselves.
  FlatParameters shard() const;

  const at::Tensor& values() const { return values_; }        // [n]
  const at::Tensor& gradients() const { return gradients_; }  // [n]
  void zero_gradients();
  // Parameters become constants: no leaf requires a gradient.
  void freeze();

  // Packed leaf by its name inside: "blocks.0.attn.W_QKV", "embed.W_E".
  const at::Tensor& leaf(const std::string& name) const { return leaves_.at(name); }

  // The leaf as fused operations take it.
  Weight weight(const std::string& name) const;

  // By TransformerLens name, in the order of a forward pass.
  const std::vector<ParameterView>& views() const { return views_; }
  // kNotFound naming the nearest.
  const ParameterView& view(const std::string& name) const;

  // Numbers in parameters, padding left out.
  int64_t count() const;

 private:
  struct Slice {
    std::string name;
    std::vector<int64_t> shape;
    int64_t offset;
  };

  void add(const std::string& name, const std::vector<int64_t>& shape);
  void add_block(const ModelOptions& options, int64_t layer);
  void add_norm(const ModelOptions& options, const std::string& name);
  void add_head_views(const ModelOptions& options, const std::string& prefix);
  void make_leaves(bool requires_grad);

  std::vector<Slice> slices_;
  std::vector<ParameterView> views_;
  int64_t total_ = 0;
  bool adds_in_place_ = false;
  at::Tensor values_;
  at::Tensor gradients_;
  std::map<std::string, at::Tensor> leaves_;
};

// init_mode gpt2: N(0, 0.8/sqrt(d_model)) for every W, zero biases, unit gains; seeded with
// options.seed, the same on every machine.
void initialize(FlatParameters& parameters, const ModelOptions& options);

}  // namespace kairo
