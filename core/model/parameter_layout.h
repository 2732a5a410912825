// Where each parameter of a model lies in one flat buffer: from the model's words alone, before
// anything of their size is allocated. A family adds its slices and views.
//
// Inside, parameters may be packed for speed (q, k and v as one [d_model, 3·head·d_head]): slices.
// Outside, names and shapes are TransformerLens's where it has them (blocks.0.attn.W_Q
// [head, d_model, d_head]): strided views of a buffer.
//
//   ParameterLayout layout;
//   layout.add("embed.W_E", {d_vocab, d_model});  // one name inside and outside
//   const ParameterLayout::Slice qkv = layout.add_slice("attn.W_QKV", {d_model, 3 * width});
//   layout.add_view({"attn.W_Q", {d_model, width}, {3 * width, 1}, qkv.offset});
//
// Invariant: every slice begins at a multiple of 64 bytes.
// Thread rule: built once, then only read.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kairo {

// A parameter, by its name outside, as a view of any buffer that is laid out like the parameters.
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
  struct Tied {
    ParameterView view;
    std::string slice;
  };

  // A slice behind those before, without a view. kConfig where more than kMostElements are asked
  // for.
  Slice add_slice(const std::string& name, const std::vector<int64_t>& shape);
  // A view of what slices hold: every number of a slice belongs to just one view.
  void add_view(ParameterView view) { views_.push_back(std::move(view)); }
  // A second name for what a slice and its one view hold already, turned over, such as the
  // unembedding of a model whose embeddings are tied: found by name, but counted, drawn and kept in
  // files under the first name alone. slice [rows, columns] -> the view `name` [columns, rows].
  void add_tied_transpose(const std::string& name, const Slice& slice);
  // A slice and the one view of it, under the same name. As add_slice.
  Slice add(const std::string& name, const std::vector<int64_t>& shape);
  // A view of the whole slice under another shape, which has as many numbers.
  void add_whole_view(const std::string& name, const std::vector<int64_t>& shape,
                      const Slice& slice);

  const std::vector<Slice>& slices() const { return slices_; }
  // By the name outside, in the order of a forward pass; without second names.
  const std::vector<ParameterView>& views() const { return views_; }
  // Of views and second names: null if there is none.
  const ParameterView* find(const std::string& name) const;
  // The same; kNotFound naming the nearest.
  const ParameterView& view(const std::string& name) const;
  // The second names, each with the slice it reads.
  const std::vector<Tied>& tied() const { return tied_; }

  int64_t total() const { return total_; }  // elements of the buffer, padding included
  int64_t count() const;                    // numbers in parameters, padding left out

  // No address space holds more float64; far from where int64 wraps around.
  static constexpr int64_t kMostElements = int64_t{1} << 44;

 private:
  std::vector<Slice> slices_;
  std::vector<ParameterView> views_;
  std::vector<Tied> tied_;
  int64_t total_ = 0;
};

}  // namespace kairo
