#include "core/model/row_layout.h"

#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "core/kernels/matmul.h"

namespace kairo {

at::Tensor attend_up_to(const at::Tensor& positions, const at::Tensor& q, const at::Tensor& k,
                        const at::Tensor& v) {
  const double scale = 1.0 / std::sqrt(static_cast<double>(q.size(3)));
  const at::Tensor scores = kairo::matmul(q.permute({0, 2, 1, 3}), k.permute({0, 2, 3, 1})) * scale;
  const at::Tensor keys = at::arange(k.size(1), positions.options());
  const at::Tensor hidden = keys.unsqueeze(0) > positions.unsqueeze(1);
  const at::Tensor pattern =
      at::softmax(scores.masked_fill(hidden, -std::numeric_limits<double>::infinity()), -1);
  return kairo::matmul(pattern, v.permute({0, 2, 1, 3})).permute({0, 2, 1, 3});
}

}  // namespace kairo
