// A matrix kept as the product of two thin ones: M = A B, A [.., m, r], B [.., r, n], r small. A
// head's circuits are such matrices (core/circuits/circuits.h). Source: TransformerLens's
// FactoredMatrix, whose names these are.
//
// What is asked of M is computed from the factors, never from the m x n product:
//   svd          A = Q_a R_a and B^T = Q_b R_b (QR); R_a R_b^T = U' S V'^T; U = Q_a U', V = Q_b V'
//   eigenvalues  those of B A [r, r]: ABv = kv gives BA(Bv) = k(Bv); M's other m - r are 0
//   norm         |A B| = |R_a B|, since Q_a keeps lengths
//   trace        sum_ij A_ij B_ji
//
// Leading axes broadcast against each other. Values are never changed. dtype: that of A and B.
// Thread rule: read only after construction.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace kairo {

struct FactoredSvd {
  at::Tensor U;  // [.., m, k], orthonormal columns; k = min(m, r, n)
  at::Tensor S;  // [.., k], descending
  at::Tensor V;  // [.., n, k]: M = U diag(S) V^T
};

class FactoredMatrix {
 public:
  // kShape where inner axes differ or leading axes do not broadcast.
  FactoredMatrix(const at::Tensor& a, const at::Tensor& b);

  const at::Tensor& A() const { return a_; }  // [.., m, r], leading axes broadcast
  const at::Tensor& B() const { return b_; }  // [.., r, n]
  std::vector<int64_t> shape() const;         // [.., m, n]

  at::Tensor product() const;  // [.., m, n], the whole M: large
  FactoredMatrix transpose() const;

  FactoredSvd svd() const;
  at::Tensor norm() const;         // Frobenius, [..]
  at::Tensor eigenvalues() const;  // complex, [.., r], in LAPACK's order; kShape unless m = n
  at::Tensor trace() const;        // [..]; kShape unless m = n

  // The same M with the singular values shared: A = U sqrt(S), B = sqrt(S) V^T.
  FactoredMatrix make_even() const;
  // M without the rotation on one side, of the same norm: S V^T [.., k, n] and U S [.., m, k].
  at::Tensor collapse_l() const;
  at::Tensor collapse_r() const;

 private:
  void require_square(const char* what) const;

  at::Tensor a_;
  at::Tensor b_;
};

// M x and x M for a matrix x with leading axes that broadcast, and the product of two factored
// ones. x goes into the nearer factor where that factor is wide, else A B is multiplied out: the
// result's inner axis is the smaller of the two. kShape where they do not fit.
FactoredMatrix matmul(const FactoredMatrix& left, const at::Tensor& right);
FactoredMatrix matmul(const at::Tensor& left, const FactoredMatrix& right);
FactoredMatrix matmul(const FactoredMatrix& left, const FactoredMatrix& right);

}  // namespace kairo
