// One kernel to be timed: forward and backward on inputs of one shard's size, on every thread at
// once, against LibTorch's own operations.
#pragma once

#include <ATen/core/Tensor.h>
#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/model/transformer/matrix_products.h"

namespace kairo {

using Tensors = std::vector<at::Tensor>;

struct KernelCase {
  std::string name;
  std::function<Tensors()> make_inputs;  // leaves; those that want a gradient require it
  std::function<at::Tensor(const Tensors&)> ours;
  std::function<at::Tensor(const Tensors&)> plain;
  // The floor: forward's products (backward's follow from them) with attention's arithmetic, or,
  // where there are none, the bytes that forward and backward must read and write.
  std::vector<MatrixProduct> products;
  double attention_flop = 0;
  int64_t bytes = 0;
};

// Checks output and gradients against `plain` to 1e-5, then times both in turns and reports ours;
// plain_ms is LibTorch's.
void time_kernel(const KernelCase& kernel, benchmark::State& state);

}  // namespace kairo
