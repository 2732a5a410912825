#include "core/circuits/projection.h"

#include <ATen/ATen.h>

#include <sstream>

#include "core/base/error.h"

namespace kairo {
namespace {

// [batch, d_model] -> [batch, 1, d_model], so that it stands beside [batch, pos, d_model].
at::Tensor beside(const at::Tensor& direction, at::IntArrayRef batch_pos,
                  const std::string& asked_by) {
  const int64_t n = direction.dim() - 1, wanted = static_cast<int64_t>(batch_pos.size());
  const bool fits = n >= 0 && n <= wanted && direction.sizes().slice(0, n) == batch_pos.slice(0, n);
  if (!fits) {
    std::ostringstream expected, came;
    expected << "one for all, or one for each of the first of the axes " << batch_pos;
    came << (n < 0 ? direction.sizes() : direction.sizes().slice(0, n));
    throw Error(ErrorKind::kShape)
        .at(asked_by + ", directions")
        .expected(expected.str())
        .came(came.str());
  }
  std::vector<int64_t> shape = direction.sizes().vec();
  shape.insert(shape.end() - 1, wanted - n, 1);
  return direction.reshape(shape);
}

}  // namespace

Projection make_projection(const LinearNorm& norm, const at::Tensor& direction,
                           at::IntArrayRef batch_pos, const std::string& asked_by) {
  norm.check_fits(batch_pos);
  Projection result;
  result.direction = beside(direction, batch_pos, asked_by);
  if (!norm.scale.defined()) return result;
  result.scale = norm.scale.squeeze(-1);
  if (norm.bias.defined()) {
    result.constant = (norm.bias * result.direction).sum(-1);
    result.constant_label = norm.bias_label;
  }
  if (norm.gain.defined()) result.direction = result.direction * norm.gain;
  result.direction = result.direction - result.direction.mean(-1, /*keepdim=*/true);
  return result;
}

}  // namespace kairo
