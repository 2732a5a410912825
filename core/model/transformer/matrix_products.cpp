#include "core/model/transformer/matrix_products.h"

namespace kairo {
namespace {

// Keys that the rows of one example see, summed.
double visible_pairs(const TransformerOptions& model, const PassShape& shape, bool finished_alone) {
  const double n_pos = static_cast<double>(shape.pos);
  const bool causal = model.attention_dir == AttentionDir::kCausal;
  if (!finished_alone || shape.positions.empty()) {
    return causal ? n_pos * (n_pos + 1) / 2 : n_pos * n_pos;
  }
  double keys = 0;
  for (const int64_t pos : shape.positions) keys += causal ? static_cast<double>(pos + 1) : n_pos;
  return keys;
}

void add_block(const TransformerOptions& model, const PassShape& shape, bool is_last,
               PassProducts& products) {
  const bool finished_alone = is_last && !shape.positions.empty();
  const int64_t width = model.n_heads * model.d_head, all = shape.batch * shape.pos;
  const int64_t rows_each =
      finished_alone ? static_cast<int64_t>(shape.positions.size()) : shape.pos;
  const int64_t rows = shape.batch * rows_each;
  const auto add = [&](int64_t m, int64_t k, int64_t n) { products.linear.push_back({m, k, n}); };
  if (finished_alone) {
    add(rows, model.d_model, width);
    add(all, model.d_model, 2 * width);
  } else {
    add(all, model.d_model, 3 * width);
  }
  add(rows, width, model.d_model);
  if (!model.attn_only) {
    add(rows, model.d_model, model.d_mlp);
    add(rows, model.d_mlp, model.d_model);
  }
  const double flop_a_key = 4 * static_cast<double>(shape.batch * width);
  products.attention_flop += flop_a_key * static_cast<double>(rows_each * shape.pos);
  products.visible_attention_flop += flop_a_key * visible_pairs(model, shape, is_last);
}

}  // namespace

double MatrixProduct::flop() const {
  return 2 * static_cast<double>(m) * static_cast<double>(k) * static_cast<double>(n) *
         static_cast<double>(count);
}

PassProducts forward_products(const TransformerOptions& model, const PassShape& shape) {
  PassProducts products;
  for (int64_t layer = 0; layer < model.n_layers; ++layer) {
    add_block(model, shape, layer + 1 == model.n_layers, products);
  }
  const int64_t rows_each =
      shape.positions.empty() ? shape.pos : static_cast<int64_t>(shape.positions.size());
  products.linear.push_back({shape.batch * rows_each, model.d_model, model.d_vocab});
  return products;
}

std::vector<MatrixProduct> backward_products(const std::vector<MatrixProduct>& forward) {
  std::vector<MatrixProduct> products;
  for (const MatrixProduct& each : forward) {
    products.push_back({each.m, each.n, each.k, false, true, each.count});
    products.push_back({each.k, each.m, each.n, true, false, each.count});
  }
  return products;
}

double flop_of(const std::vector<MatrixProduct>& products) {
  double flop = 0;
  for (const MatrixProduct& each : products) flop += each.flop();
  return flop;
}

}  // namespace kairo
