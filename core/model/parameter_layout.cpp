#include "core/model/parameter_layout.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"

namespace kairo {
namespace {

constexpr int64_t kAlignmentBytes = 64;

std::vector<int64_t> row_major_strides(const std::vector<int64_t>& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

[[noreturn]] void refuse(const std::string& name) {
  throw Error(ErrorKind::kConfig,
              {"model: " + name, "a model of at most 2^44 numbers up to here", "more", ""});
}

int64_t elements(const std::string& name, const std::vector<int64_t>& shape) {
  int64_t n = 1;
  for (const int64_t size : shape) {
    int64_t more = 0;
    if (__builtin_mul_overflow(n, size, &more) || more > ParameterLayout::kMostElements) {
      refuse(name);
    }
    n = more;
  }
  return n;
}

}  // namespace

at::Tensor ParameterView::of(const at::Tensor& flat) const {
  return flat.as_strided(shape, strides, flat.storage_offset() + offset);
}

ParameterLayout::ParameterLayout(const ModelOptions& options) {
  add("embed.W_E", {options.d_vocab, options.d_model});
  if (options.positional_embedding_type == PositionalEmbedding::kStandard) {
    add("pos_embed.W_pos", {options.n_ctx, options.d_model});
  }
  for (int64_t layer = 0; layer < options.n_layers; ++layer) add_block(options, layer);
  add_norm(options, "ln_final");
  add("unembed.W_U", {options.d_model, options.d_vocab});
  add("unembed.b_U", {options.d_vocab});
}

// The packed slice; where the name outside is the same one, its view too.
void ParameterLayout::add(const std::string& name, const std::vector<int64_t>& shape) {
  const int64_t n = elements(name, shape);
  slices_.push_back({name, shape, total_, n});
  const int64_t per_line = kAlignmentBytes / 4;  // float32; for float64 twice the alignment
  total_ += (n + per_line - 1) / per_line * per_line;
  if (total_ > kMostElements) refuse(name);
  const bool packed =
      name.find("_QKV") != std::string::npos || name.find("W_O") != std::string::npos;
  if (!packed) views_.push_back({name, shape, row_major_strides(shape), slices_.back().offset});
}

void ParameterLayout::add_norm(const ModelOptions& options, const std::string& name) {
  if (options.normalization_type != Normalization::kLN) return;
  add(name + ".w", {options.d_model});
  add(name + ".b", {options.d_model});
}

void ParameterLayout::add_block(const ModelOptions& options, int64_t layer) {
  const std::string prefix = "blocks." + std::to_string(layer) + ".";
  const int64_t heads_width = options.n_heads * options.d_head;
  add_norm(options, prefix + "ln1");
  add(prefix + "attn.W_QKV", {options.d_model, 3 * heads_width});
  add(prefix + "attn.b_QKV", {3 * heads_width});
  add(prefix + "attn.W_O", {heads_width, options.d_model});
  add_head_views(options, prefix);
  add(prefix + "attn.b_O", {options.d_model});
  if (options.attn_only) return;
  add_norm(options, prefix + "ln2");
  add(prefix + "mlp.W_in", {options.d_model, options.d_mlp});
  add(prefix + "mlp.b_in", {options.d_mlp});
  add(prefix + "mlp.W_out", {options.d_mlp, options.d_model});
  add(prefix + "mlp.b_out", {options.d_model});
}

void ParameterLayout::add_head_views(const ModelOptions& options, const std::string& prefix) {
  const int64_t heads = options.n_heads, width = options.d_head, model = options.d_model;
  const Slice& weights = slices_[slices_.size() - 3];
  const Slice& biases = slices_[slices_.size() - 2];
  const Slice& output = slices_.back();
  const char* letters[] = {"Q", "K", "V"};
  for (int64_t which = 0; which < 3; ++which) {
    const int64_t first = which * heads * width;
    views_.push_back({prefix + "attn.W_" + letters[which],
                      {heads, model, width},
                      {width, 3 * heads * width, 1},
                      weights.offset + first});
    views_.push_back(
        {prefix + "attn.b_" + letters[which], {heads, width}, {width, 1}, biases.offset + first});
  }
  const std::vector<int64_t> shape = {heads, width, model};
  views_.push_back({prefix + "attn.W_O", shape, row_major_strides(shape), output.offset});
}

const ParameterView& ParameterLayout::view(const std::string& name) const {
  std::vector<std::string> names;
  for (const ParameterView& each : views_) {
    if (each.name == name) return each;
    names.push_back(each.name);
  }
  throw Error(ErrorKind::kNotFound)
      .at("parameter '" + name + "'")
      .fact("the model has no parameter of this name")
      .hint(did_you_mean(name, names));
}

int64_t ParameterLayout::count() const {
  int64_t n = 0;
  for (const Slice& slice : slices_) n += slice.elements;
  return n;
}

}  // namespace kairo
