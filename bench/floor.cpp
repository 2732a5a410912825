#include "bench/floor.h"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "bench/timing.h"
#include "core/config/transformer_options.h"
#include "core/kernels/onednn.h"

namespace kairo {
namespace {

// Long enough that waking the pool's threads does not count.
constexpr double kLeastSeconds = 2e-3;

at::Tensor operand(int64_t rows, int64_t columns, bool transposed) {
  return transposed ? at::randn({columns, rows}).t() : at::randn({rows, columns});
}

bool same_shape(const MatrixProduct& a, const MatrixProduct& b) {
  return a.m == b.m && a.k == b.k && a.n == b.n && a.left_transposed == b.left_transposed &&
         a.right_transposed == b.right_transposed;
}

double flop_of_one(MatrixProduct product) {
  product.count = 1;
  return product.flop();
}

ShardProducts with_visible_attention(const PassProducts& forward) {
  return {forward.linear, forward.visible_attention_flop};
}

}  // namespace

void ShardProducts::add(const ShardProducts& other) {
  linear.insert(linear.end(), other.linear.begin(), other.linear.end());
  attention_flop += other.attention_flop;
}

ShardProducts inference_products(const TransformerOptions& model, const PassShape& shard) {
  return with_visible_attention(forward_products(model, shard));
}

ShardProducts training_products(const TransformerOptions& model, const PassShape& shard) {
  ShardProducts products = inference_products(model, shard);
  const double backward_attention = 2 * products.attention_flop;
  products.add({backward_products(products.linear), backward_attention});
  return products;
}

ProductFloor::ProductFloor(const ShardProducts& of_a_shard, int64_t shards, WorkerPool& pool)
    : pool_(pool),
      shards_(shards),
      flop_(of_a_shard.flop()),
      attention_flop_(of_a_shard.attention_flop) {
  const torch::NoGradGuard no_grad;
  for (const MatrixProduct& each : of_a_shard.linear) add(each);
  // Attention by itself has no other product whose rate to take.
  if (shapes_.empty() && attention_flop_ > 0) add({256, 256, 256, false, false, /*count=*/0});
}

void ProductFloor::add(const MatrixProduct& product) {
  for (Shape& shape : shapes_) {
    if (!same_shape(shape.product, product)) continue;
    shape.product.count += product.count;
    return;
  }
  Shape shape;
  shape.product = product;
  // Threads share the right operand where it is a weight; gradients of weights have their own.
  const at::Tensor weight = operand(product.k, product.n, product.right_transposed);
  for (int thread = 0; thread < pool_.threads(); ++thread) {
    shape.left.push_back(operand(product.m, product.k, product.left_transposed));
    const bool shares = !product.left_transposed || thread == 0;
    shape.right.push_back(shares ? weight : operand(product.k, product.n, false));
    shape.result.push_back(at::zeros({product.m, product.n}));
  }
  shapes_.push_back(std::move(shape));
}

double ProductFloor::time(Shape& shape, bool by_onednn) {
  const auto multiply = [&](int64_t thread) {
    const torch::NoGradGuard no_grad;
    for (int64_t i = 0; i < shape.repeats; ++i) {
      if (by_onednn) {
        onednn_gemm(shape.left[thread], shape.right[thread], 0.0F, shape.result[thread]);
      } else {
        at::mm_out(shape.result[thread], shape.left[thread], shape.right[thread]);
      }
    }
  };
  return seconds_of([&] { pool_.run(pool_.threads(), multiply); }) /
         static_cast<double>(shape.repeats);
}

void ProductFloor::sample() {
  for (Shape& shape : shapes_) {
    if (shape.repeats == 0) {
      shape.repeats = 1;
      time(shape, true);
      time(shape, false);
      const double once = time(shape, true);
      shape.repeats = std::clamp<int64_t>(std::llround(kLeastSeconds / once), 1, 1000);
    }
    shape.onednn.push_back(time(shape, true));
    shape.torch.push_back(time(shape, false));
  }
}

double ProductFloor::Shape::best() const { return std::min(median(onednn), median(torch)); }

double ProductFloor::seconds() const {
  double of_a_shard = 0, best_rate = 0;
  for (const Shape& shape : shapes_) {
    const double once = shape.best(), count = static_cast<double>(shape.product.count);
    of_a_shard += count * once;
    best_rate = std::max(best_rate, flop_of_one(shape.product) / once);
  }
  if (attention_flop_ > 0) of_a_shard += attention_flop_ / best_rate;
  const int64_t rounds = (shards_ + pool_.threads() - 1) / pool_.threads();
  return of_a_shard * static_cast<double>(rounds);
}

}  // namespace kairo
