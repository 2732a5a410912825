// The floor of a piece of work: the time of its matrix products alone, at the best rate that this
// machine reaches on the same shapes in the same run.
//
// The work is cut as the shards are: `shards` equal parts, each on one of the pool's threads with
// single-threaded operations, all threads busy at once. Every shape is measured with oneDNN (as
// kairo::matmul calls it) and with LibTorch's at::mm, operands and result already in memory; the
// better median counts. Attention's products, of which a fused kernel does many small ones, have no
// shape of their own here: their arithmetic is priced at the best rate of all shapes measured, and
// only for keys that a row may see.
//
//   ProductFloor floor(training_products(model, shard), 4, pool);
//   const auto seconds = time_in_turns({[&] { work(); }, [&] { floor.sample(); }}, 7);
//   median(seconds[0]) / floor.seconds()
//
// Thread rule: belongs to one thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/kernels/worker_pool.h"
#include "core/model/transformer/matrix_products.h"

namespace kairo {

// Products of one shard.
struct ShardProducts {
  std::vector<MatrixProduct> linear;
  double attention_flop = 0;

  double flop() const { return flop_of(linear) + attention_flop; }
  void add(const ShardProducts& other);
};

ShardProducts inference_products(const TransformerOptions& model, const PassShape& shard);
// Forward and backward.
ShardProducts training_products(const TransformerOptions& model, const PassShape& shard);

class ProductFloor {
 public:
  ProductFloor(const ShardProducts& of_a_shard, int64_t shards, WorkerPool& pool);

  // Measures every shape once more with each library, in turns.
  void sample();

  // Of all shards, from the samples so far (at least one).
  double seconds() const;
  double gflop() const { return 1e-9 * flop_ * static_cast<double>(shards_); }

 private:
  struct Shape {
    MatrixProduct product;
    std::vector<at::Tensor> left, right, result;  // by thread
    std::vector<double> onednn, torch;            // seconds of one product a thread
    int64_t repeats = 0;

    double best() const;
  };

  void add(const MatrixProduct& product);
  double time(Shape& shape, bool by_onednn);

  WorkerPool& pool_;
  int64_t shards_;
  double flop_;
  double attention_flop_;
  std::vector<Shape> shapes_;
};

}  // namespace kairo
