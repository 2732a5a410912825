// AdamW over flat buffers, one pass: Loshchilov and Hutter, arXiv:1711.05101, in PyTorch's order of
// operations (torch.optim.AdamW): decay the weight, update both moments, step by lr·m̂/(sqrt(v̂) +
// eps).
//
// Elements do not depend on each other, so the result is equal to the bit for any number of
// threads. On the CPU by loops written here, on another device by LibTorch's operations.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace kairo {

struct AdamWStep {
  double learning_rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0.01;
  double gradient_scale = 1;  // gradients are multiplied by this first (clipping)
  int64_t step = 1;           // number of this update, from 1
};

// All [n], same dtype and device, contiguous; values, first and second moment are changed in place.
void adamw_update(const AdamWStep& step, const at::Tensor& gradients, at::Tensor values,
                  at::Tensor exp_avg, at::Tensor exp_avg_sq);

// Sums and norms are taken in blocks of so many elements.
constexpr int64_t kFlatBlock = 8192;

// How many elements of `flat` [n] are one block: kFlatBlock on the CPU; on another device all of
// them, since each operation there costs the start of a kernel.
int64_t flat_block(const at::Tensor& flat);

// Block number `block` of total = the parts' sum, in their order; all [n], same dtype and device,
// contiguous. Returns the sum of the block's squares, in double; infinite or NaN where an element
// is. Blocks may be taken by any threads.
double add_block(const std::vector<at::Tensor>& parts, int64_t block, const at::Tensor& total);

// What the two do on another device, for all [n] at once. Public for the tests, which hold them
// against the loops on the CPU.
void adamw_update_plainly(const AdamWStep& step, const at::Tensor& gradients, at::Tensor values,
                          at::Tensor exp_avg, at::Tensor exp_avg_sq);
double add_plainly(const std::vector<at::Tensor>& parts, at::Tensor total);

}  // namespace kairo
