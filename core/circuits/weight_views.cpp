#include "core/circuits/weight_views.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

struct NamedWeight {
  const char* name;
  const char* parameter;  // inside a block where `per_layer`
  bool per_layer;
};

constexpr NamedWeight kWeights[] = {
    {"W_Q", "attn.W_Q", true},           {"W_K", "attn.W_K", true},
    {"W_V", "attn.W_V", true},           {"W_O", "attn.W_O", true},
    {"b_Q", "attn.b_Q", true},           {"b_K", "attn.b_K", true},
    {"b_V", "attn.b_V", true},           {"b_O", "attn.b_O", true},
    {"W_in", "mlp.W_in", true},          {"b_in", "mlp.b_in", true},
    {"W_out", "mlp.W_out", true},        {"b_out", "mlp.b_out", true},
    {"W_E", "embed.W_E", false},         {"W_pos", "pos_embed.W_pos", false},
    {"W_U", "unembed.W_U", false},       {"b_U", "unembed.b_U", false},
    {"W_E_pos", "embed.W_E_pos", false},
};

const NamedWeight& find_weight(const std::string& name) {
  for (const NamedWeight& each : kWeights) {
    if (name == each.name) return each;
  }
  throw Error(ErrorKind::kNotFound)
      .at("weights '" + name + "'")
      .fact("TransformerLens has no weights of this name")
      .hint(did_you_mean(name, weight_names()));
}

std::string in_layer(const NamedWeight& weight, int64_t layer) {
  return "blocks." + std::to_string(layer) + "." + weight.parameter;
}

}  // namespace

const std::vector<std::string>& weight_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const NamedWeight& each : kWeights) all.emplace_back(each.name);
    return all;
  }();
  return names;
}

ParameterView stacked_view(const FlatParameters& parameters, const std::string& name) {
  const NamedWeight& weight = find_weight(name);
  const ParameterView* first =
      parameters.layout().find(weight.per_layer ? in_layer(weight, 0) : weight.parameter);
  if (first == nullptr) {
    throw Error(ErrorKind::kUsage)
        .at("weights " + name)
        .fact("this model has none")
        .hint(
            "attn_only leaves out the MLP's, rotary positions W_pos, unembed_bias=false b_U; "
            "W_E_pos "
            "is no view");
  }
  ParameterView stacked = *first;
  stacked.name = name;
  if (!weight.per_layer) return stacked;
  int64_t n_layers = 1;
  while (parameters.layout().find(in_layer(weight, n_layers)) != nullptr) ++n_layers;
  const int64_t stride =
      n_layers > 1 ? parameters.layout().find(in_layer(weight, 1))->offset - first->offset : 0;
  stacked.shape.insert(stacked.shape.begin(), n_layers);
  stacked.strides.insert(stacked.strides.begin(), stride);
  return stacked;
}

at::Tensor weights(const Transformer& model, const std::string& name) {
  if (name == "W_E_pos") return at::cat({weights(model, "W_E"), weights(model, "W_pos")});
  const FlatParameters& parameters = model.parameters();
  return stacked_view(parameters, name).of(parameters.values());
}

}  // namespace kairo
