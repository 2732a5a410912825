#include "core/model/transformer/family.h"

#include "core/model/transformer/layout.h"
#include "core/model/transformer/matrix_products.h"
#include "core/model/transformer/points.h"
#include "core/model/transformer/transformer.h"

namespace kairo {
namespace {

const TransformerOptions& own_words(const ModelOptions& options) {
  return as_transformer(options, "a transformer's words");
}

double transformer_flop(const ModelOptions& options, const PassShape& shape) {
  const PassProducts products = forward_products(own_words(options), shape);
  return flop_of(products.linear) + products.attention_flop;
}

}  // namespace

ModelFamily transformer_family() {
  ModelFamily family;
  family.kind = kTransformerKind;
  family.make = [](const ModelOptions& options, at::Device device, WeightGradients gradients) {
    return std::unique_ptr<Model>(new Transformer(own_words(options), device, gradients));
  };
  family.layout = [](const ModelOptions& options) {
    return transformer_layout(own_words(options));
  };
  family.hook_table = [](const ModelOptions& options) {
    return TransformerPoints(own_words(options)).table();
  };
  family.forward_flop = transformer_flop;
  return family;
}

}  // namespace kairo
