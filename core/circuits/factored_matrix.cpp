#include "core/circuits/factored_matrix.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <sstream>

#include "core/base/error.h"

namespace kairo {
namespace {

[[noreturn]] void refuse(const char* expected, const at::Tensor& a, const at::Tensor& b) {
  std::ostringstream came;
  came << a.sizes() << " and " << b.sizes();
  throw Error(ErrorKind::kShape).at("factored matrix").expected(expected).came(came.str());
}

// The leading axes of both, broadcast.
std::vector<int64_t> common_leading(const at::Tensor& a, const at::Tensor& b) {
  const int64_t n = std::max(a.dim(), b.dim()) - 2;
  std::vector<int64_t> common(static_cast<std::size_t>(n), 1);
  for (const at::Tensor& each : {a, b}) {
    const int64_t missing = n + 2 - each.dim();
    for (int64_t axis = missing; axis < n; ++axis) {
      const int64_t size = each.size(axis - missing);
      if (size == 1) continue;
      if (common[axis] != 1 && common[axis] != size) {
        refuse("leading axes that broadcast", a, b);
      }
      common[axis] = size;
    }
  }
  return common;
}

at::Tensor with_leading(const at::Tensor& matrix, std::vector<int64_t> leading) {
  leading.push_back(matrix.size(-2));
  leading.push_back(matrix.size(-1));
  return matrix.expand(leading);
}

at::Tensor transposed_last(const at::Tensor& matrix) { return matrix.transpose(-2, -1); }

// LibTorch's product throughout this file: leading axes have stride 0 where they are broadcast,
// which the one of core/kernels does not take.
at::Tensor broadcast_product(const at::Tensor& a, const at::Tensor& b) {
  if (a.dim() < 2 || b.dim() < 2 || a.size(-1) != b.size(-2)) {
    refuse("matrices whose inner axes agree", a, b);
  }
  common_leading(a, b);
  return at::matmul(a, b);
}

}  // namespace

FactoredMatrix::FactoredMatrix(const at::Tensor& a, const at::Tensor& b) {
  if (a.dim() < 2 || b.dim() < 2 || a.size(-1) != b.size(-2)) {
    refuse("A [.., m, r] and B [.., r, n]", a, b);
  }
  const std::vector<int64_t> leading = common_leading(a, b);
  a_ = with_leading(a, leading);
  b_ = with_leading(b, leading);
}

std::vector<int64_t> FactoredMatrix::shape() const {
  std::vector<int64_t> shape = a_.sizes().vec();
  shape.back() = b_.size(-1);
  return shape;
}

at::Tensor FactoredMatrix::product() const { return at::matmul(a_, b_); }

FactoredMatrix FactoredMatrix::transpose() const {
  return {transposed_last(b_), transposed_last(a_)};
}

FactoredSvd FactoredMatrix::svd() const {
  const auto [q_a, r_a] = at::linalg_qr(a_);
  const auto [q_b, r_b] = at::linalg_qr(transposed_last(b_));
  const auto [u, s, vh] = at::linalg_svd(at::matmul(r_a, transposed_last(r_b)), false);
  return {at::matmul(q_a, u), s, at::matmul(q_b, transposed_last(vh))};
}

at::Tensor FactoredMatrix::norm() const {
  const at::Tensor triangle = std::get<1>(at::linalg_qr(a_, "r"));
  return at::linalg_matrix_norm(at::matmul(triangle, b_), "fro");
}

void FactoredMatrix::require_square(const char* what) const {
  if (a_.size(-2) == b_.size(-1)) return;
  std::ostringstream came;
  came << at::IntArrayRef(shape());
  throw Error(ErrorKind::kShape).at(what).expected("a square matrix").came(came.str());
}

at::Tensor FactoredMatrix::eigenvalues() const {
  require_square("eigenvalues of a factored matrix");
  return at::linalg_eigvals(at::matmul(b_, a_));
}

at::Tensor FactoredMatrix::trace() const {
  require_square("trace of a factored matrix");
  return (a_ * transposed_last(b_)).sum({-2, -1});
}

FactoredMatrix FactoredMatrix::make_even() const {
  const FactoredSvd parts = svd();
  const at::Tensor root = parts.S.sqrt();
  return {parts.U * root.unsqueeze(-2), root.unsqueeze(-1) * transposed_last(parts.V)};
}

at::Tensor FactoredMatrix::collapse_l() const {
  const FactoredSvd parts = svd();
  return parts.S.unsqueeze(-1) * transposed_last(parts.V);
}

at::Tensor FactoredMatrix::collapse_r() const {
  const FactoredSvd parts = svd();
  return parts.U * parts.S.unsqueeze(-2);
}

FactoredMatrix matmul(const FactoredMatrix& left, const at::Tensor& right) {
  const bool is_wide = left.B().size(-1) > left.B().size(-2);
  if (is_wide) return {left.A(), broadcast_product(left.B(), right)};
  return {left.product(), right};
}

FactoredMatrix matmul(const at::Tensor& left, const FactoredMatrix& right) {
  const bool is_tall = right.A().size(-2) > right.A().size(-1);
  if (is_tall) return {broadcast_product(left, right.A()), right.B()};
  return {left, right.product()};
}

FactoredMatrix matmul(const FactoredMatrix& left, const FactoredMatrix& right) {
  return matmul(matmul(left, right.A()), right.B());
}

}  // namespace kairo
