// Where each parameter of a model lies in one flat buffer: from the model's words alone, before
// anything of their size is allocated.
//
// Inside, parameters are packed for speed (q, k and v as one [d_model, 3·head·d_head]): slices.
// Outside, names and shapes are TransformerLens's (blocks.0.attn.W_Q [head, d_model, d_head]):
// strided views of a buffer.
//
// Invariant: every slice begins at a multiple of 64 bytes.
// Thread rule: built once, then only read.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/model_options.h"

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

class ParameterLayout {
 public:
  struct Slice {
    std::string name;  // inside: "blocks.0.attn.W_QKV", "embed.W_E"
    std::vector<int64_t> shape;
    int64_t offset = 0;    // elements
    int64_t elements = 0;  // product of the shape
  };

  // kConfig where the words ask for more than kMostElements.
  explicit ParameterLayout(const ModelOptions& options);

  const std::vector<Slice>& slices() const { return slices_; }
  // By TransformerLens name, in the order of a forward pass.
  const std::vector<ParameterView>& views() const { return views_; }
  // kNotFound naming the nearest.
  const ParameterView& view(const std::string& name) const;

  int64_t total() const { return total_; }  // elements of the buffer, padding included
  int64_t count() const;                    // numbers in parameters, padding left out

  // No address space holds more float64; far from where int64 wraps around.
  static constexpr int64_t kMostElements = int64_t{1} << 44;

 private:
  void add(const std::string& name, const std::vector<int64_t>& shape);
  void add_block(const ModelOptions& options, int64_t layer);
  void add_norm(const ModelOptions& options, const std::string& name);
  void add_head_views(const ModelOptions& options, const std::string& prefix);

  std::vector<Slice> slices_;
  std::vector<ParameterView> views_;
  int64_t total_ = 0;
};

}  // namespace kairo
