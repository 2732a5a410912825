#include "core/exchange/layout.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/config/transformer_options.h"

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

ActFn activation(const ConfigWords& words, const char* word, const std::string& otherwise) {
  // gelu_fast and its like are gelu_new computed in another order.
  static const std::map<std::string, ActFn> kNames = {{"gelu", ActFn::kGelu},
                                                      {"gelu_python", ActFn::kGelu},
                                                      {"gelu_accurate", ActFn::kGeluNew},
                                                      {"gelu_fast", ActFn::kGeluNew},
                                                      {"gelu_new", ActFn::kGeluNew},
                                                      {"gelu_python_tanh", ActFn::kGeluNew},
                                                      {"gelu_pytorch_tanh", ActFn::kGeluNew},
                                                      {"relu", ActFn::kRelu},
                                                      {"silu", ActFn::kSilu},
                                                      {"swish", ActFn::kSilu}};
  const auto found = kNames.find(words.text(word, otherwise));
  if (found == kNames.end())
    words.refuse(word, "gelu, gelu_new, relu, silu or another name of one");
  return found->second;
}

int64_t head_width(const ConfigWords& words, const TransformerOptions& options,
                   const char* heads_word) {
  if (options.d_model % options.n_heads != 0) {
    words.refuse(heads_word, "a divisor of the width " + std::to_string(options.d_model));
  }
  return options.d_model / options.n_heads;
}

Roots roots_of(const WeightSource& weights, const std::string& last_norm, const std::string& body) {
  const std::vector<std::string> before = weights.before(last_norm);
  if (before.size() > 1) {
    throw Error(ErrorKind::kCorrupt)
        .at(weights.where(before[1] + last_norm))
        .fact("the folder holds more than one model; another begins with " +
              weights.where(before[0] + last_norm))
        .hint("save each in a folder of its own");
  }
  if (before.empty()) return {body, ""};
  const std::string& found = before.front();
  const bool has_body = found.size() >= body.size() &&
                        found.compare(found.size() - body.size(), body.size(), body) == 0;
  return {found, has_body ? found.substr(0, found.size() - body.size()) : found};
}

void take_norm(WeightSource& weights, const std::string& from, const std::string& to,
               int64_t d_model, std::vector<NamedArray>& parameters) {
  parameters.push_back({to + ".w", {d_model}, weights.take(from + ".weight", {d_model})});
  parameters.push_back({to + ".b", {d_model}, weights.take(from + ".bias", {d_model})});
}

void take_embedding(WeightSource& weights, const TransformerOptions& options,
                    const TokenTensors& names, std::vector<NamedArray>& parameters) {
  const bool only_head =
      !weights.has(names.embedding) && options.tie_embeddings && weights.has(names.head);
  const std::vector<int64_t> shape = {options.d_vocab, options.d_model};
  parameters.push_back(
      {kEmbedding, shape, weights.take(only_head ? names.head : names.embedding, shape)});
}

void take_unembedding(WeightSource& weights, const TransformerOptions& options,
                      const TokenTensors& names, std::vector<NamedArray>& parameters) {
  const int64_t d_vocab = options.d_vocab, d_model = options.d_model;
  const auto embedding = std::find_if(parameters.begin(), parameters.end(),
                                      [](const auto& each) { return each.name == kEmbedding; });
  std::vector<float> values = embedding->values;
  if (weights.has(names.head)) {
    values = weights.take(names.head, {d_vocab, d_model});
  } else if (!options.tie_embeddings) {
    throw Error(ErrorKind::kCorrupt)
        .at(weights.where(names.head))
        .fact("there is no such tensor, and the model's embedding is not its unembedding")
        .hint("the model was saved without its head: save it again as an AutoModelForCausalLM");
  }
  if (options.tie_embeddings && values != embedding->values) {
    throw Error(ErrorKind::kCorrupt)
        .at(weights.where(names.head))
        .fact(
            "its values are not the embedding's, to which tie_word_embeddings ties it: "
            "transformers 4 reads only the embedding, transformers 5 reads both")
        .hint("to have both, set tie_word_embeddings to false in config.json");
  }
  if (options.tie_embeddings) return;
  parameters.push_back(transposed("unembed.W_U", values, d_vocab, d_model));
}

}  // namespace kairo
