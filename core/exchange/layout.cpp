#include "core/exchange/layout.h"

#include <algorithm>
#include <map>

#include "hooks/error.h"

namespace kairo {
namespace {

constexpr const char* kEmbedding = "embed.W_E";

// Appends the view's elements from axis `axis` on, in row-major order.
void append(const std::vector<float>& values, const StridedView& view, std::size_t axis,
            int64_t offset, std::vector<float>& out) {
  const int64_t length = view.shape[axis], stride = view.strides[axis];
  if (axis + 1 < view.shape.size()) {
    for (int64_t i = 0; i < length; ++i) append(values, view, axis + 1, offset + i * stride, out);
    return;
  }
  for (int64_t i = 0; i < length; ++i) {
    out.push_back(values[static_cast<std::size_t>(offset + i * stride)]);
  }
}

}  // namespace

NamedArray rearranged(const std::string& name, const std::vector<float>& values,
                      const StridedView& view) {
  NamedArray array = {name, view.shape, {}};
  std::size_t size = 1;
  for (const int64_t length : view.shape) size *= static_cast<std::size_t>(length);
  array.values.reserve(size);
  append(values, view, 0, view.offset, array.values);
  return array;
}

NamedArray transposed(const std::string& name, const std::vector<float>& values, int64_t rows,
                      int64_t columns) {
  return rearranged(name, values, {{columns, rows}, {1, columns}, 0});
}

ActFn activation(const ConfigWords& words, const char* word) {
  // gelu_fast and gelu_pytorch_tanh are gelu_new computed in another order.
  static const std::map<std::string, ActFn> kNames = {
      {"gelu", ActFn::kGelu},         {"gelu_new", ActFn::kGeluNew},
      {"gelu_fast", ActFn::kGeluNew}, {"gelu_pytorch_tanh", ActFn::kGeluNew},
      {"relu", ActFn::kRelu},         {"silu", ActFn::kSilu}};
  const auto found = kNames.find(words.text(word));
  if (found == kNames.end()) words.refuse(word, "gelu, gelu_new, relu or silu");
  return found->second;
}

int64_t head_width(const ConfigWords& words, int64_t d_model, const char* heads_word) {
  const int64_t heads = words.size(heads_word);
  if (d_model % heads != 0) {
    words.refuse(heads_word, "a divisor of the width " + std::to_string(d_model));
  }
  return d_model / heads;
}

void take_norm(WeightSource& weights, const std::string& from, const std::string& to,
               int64_t d_model, std::vector<NamedArray>& parameters) {
  parameters.push_back({to + ".w", {d_model}, weights.take(from + ".weight", {d_model})});
  parameters.push_back({to + ".b", {d_model}, weights.take(from + ".bias", {d_model})});
}

void take_unembedding(WeightSource& weights, const ModelOptions& options, bool tied,
                      const std::string& head, std::vector<NamedArray>& parameters) {
  const int64_t d_vocab = options.d_vocab, d_model = options.d_model;
  const auto embedding = std::find_if(parameters.begin(), parameters.end(),
                                      [](const auto& each) { return each.name == kEmbedding; });
  std::vector<float> values;
  if (!tied || weights.has(head)) values = weights.take(head, {d_vocab, d_model});
  if (tied && !values.empty() && values != embedding->values) {
    throw Error(ErrorKind::kCorrupt,
                {weights.where(head), "the embedding's values, to which it is tied", "others",
                 "if it is meant, set tie_word_embeddings to false in config.json"});
  }
  parameters.push_back(
      transposed("unembed.W_U", tied ? embedding->values : values, d_vocab, d_model));
  parameters.push_back(
      {"unembed.b_U", {d_vocab}, std::vector<float>(static_cast<std::size_t>(d_vocab))});
}

}  // namespace kairo
