#include "core/circuits/factored_matrix.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "tests/core/model/golden.h"

namespace kairo {
namespace {

constexpr double kLimit = 1e-12;

at::Tensor made(std::vector<int64_t> shape, double frequency) {
  int64_t n = 1;
  for (const int64_t size : shape) n *= size;
  return (at::arange(n, at::kDouble) * frequency).sin().add(0.1).view(shape);
}

// [2, 3, 7, 6] of rank 2 at most.
FactoredMatrix tall() { return {made({2, 3, 7, 2}, 1.7), made({3, 2, 6}, 0.9)}; }
FactoredMatrix square() { return {made({4, 5, 2}, 1.3), made({2, 5}, 2.1)}; }

TEST(FactoredMatrix, OuterProductHasOneSingularValueNormAndEigenvalue) {
  // a = (3, 4), b = (1, 2, 2): a b^T has singular value |a| |b| = 5 * 3.
  const FactoredMatrix outer(at::tensor({3.0, 4.0}).unsqueeze(1),
                             at::tensor({1.0, 2.0, 2.0}).unsqueeze(0));
  EXPECT_NEAR(outer.svd().S.item<double>(), 15, 1e-12);
  EXPECT_NEAR(outer.norm().item<double>(), 15, 1e-12);
  // (3, 4)^T (1, 2) has trace and only eigenvalue 3 * 1 + 4 * 2.
  const FactoredMatrix in_plane(at::tensor({3.0, 4.0}).unsqueeze(1),
                                at::tensor({1.0, 2.0}).unsqueeze(0));
  EXPECT_NEAR(in_plane.trace().item<double>(), 11, 1e-12);
  EXPECT_NEAR(at::real(in_plane.eigenvalues()).item<double>(), 11, 1e-12);
}

TEST(FactoredMatrix, AQuarterTurnHasEigenvaluesPlusAndMinusI) {
  const at::Tensor turn = at::tensor({0.0, -1.0, 1.0, 0.0}).view({2, 2});
  const at::Tensor values = FactoredMatrix(turn, at::eye(2, at::kDouble)).eigenvalues();
  EXPECT_NEAR(at::real(values).abs().max().item<double>(), 0, 1e-15);
  EXPECT_NEAR(at::imag(values).max().item<double>(), 1, 1e-15);
  EXPECT_NEAR(at::imag(values).min().item<double>(), -1, 1e-15);
}

TEST(FactoredMatrix, SvdIsThatOfTheProduct) {
  const FactoredMatrix matrix = tall();
  EXPECT_EQ(matrix.shape(), (std::vector<int64_t>{2, 3, 7, 6}));
  const FactoredSvd parts = matrix.svd();
  EXPECT_EQ(parts.S.sizes(), (std::vector<int64_t>{2, 3, 2}));
  const at::Tensor again = at::matmul(parts.U * parts.S.unsqueeze(-2), parts.V.transpose(-2, -1));
  EXPECT_LT(relative_error(again, matrix.product()), kLimit);
  const at::Tensor all = at::linalg_svdvals(matrix.product());
  EXPECT_LT(relative_error(parts.S, all.narrow(-1, 0, 2)), kLimit);
  const at::Tensor identity = at::eye(2, at::kDouble).expand({2, 3, 2, 2});
  for (const at::Tensor& side : {parts.U, parts.V}) {
    EXPECT_LT(relative_error(at::matmul(side.transpose(-2, -1), side), identity), kLimit);
  }
}

TEST(FactoredMatrix, AnInnerAxisLargerThanTheMatrixIsFine) {
  const FactoredMatrix matrix(made({3, 8}, 1.1), made({8, 2}, 0.7));
  EXPECT_LT(relative_error(matrix.svd().S, at::linalg_svdvals(matrix.product())), kLimit);
  EXPECT_LT(relative_error(matrix.norm(), matrix.product().norm()), kLimit);
}

TEST(FactoredMatrix, NormTraceAndEigenvaluesAreThoseOfTheProduct) {
  EXPECT_LT(relative_error(tall().norm(), at::linalg_matrix_norm(tall().product(), "fro")), kLimit);
  const at::Tensor product = square().product();
  EXPECT_LT(relative_error(square().trace(), product.diagonal(0, -2, -1).sum(-1)), kLimit);
  // Sums of powers fix the eigenvalues whatever their order; the other 5 - 2 are zero.
  const at::Tensor all = at::linalg_eigvals(product);
  EXPECT_EQ(square().eigenvalues().sizes(), (std::vector<int64_t>{4, 2}));
  for (const int64_t power : {1, 2, 3}) {
    const at::Tensor got = at::real(square().eigenvalues().pow(power).sum(-1));
    EXPECT_LT(relative_error(got, at::real(all.pow(power).sum(-1))), 1e-10) << power;
  }
}

TEST(FactoredMatrix, ProductsAreThoseOfTheWholeMatrices) {
  const at::Tensor whole = tall().product(), wide = made({3, 6, 9}, 0.3), low = made({4, 7}, 0.8);
  EXPECT_LT(relative_error(matmul(tall(), wide).product(), at::matmul(whole, wide)), kLimit);
  EXPECT_LT(relative_error(matmul(low, tall()).product(), at::matmul(low, whole)), kLimit);
  EXPECT_LT(relative_error(matmul(tall(), tall().transpose()).product(),
                           at::matmul(whole, whole.transpose(-2, -1))),
            kLimit);
  EXPECT_LT(relative_error(tall().transpose().product(), whole.transpose(-2, -1)), kLimit);
  // The result's inner axis is the smaller of the two.
  EXPECT_EQ(matmul(tall(), made({6, 1}, 1)).A().size(-1), 2);
  const FactoredMatrix fat(made({3, 8}, 1.1), made({8, 2}, 0.7));
  EXPECT_EQ(matmul(fat, made({2, 9}, 1)).A().size(-1), 2);
}

TEST(FactoredMatrix, EvenFactorsShareTheSingularValues) {
  const FactoredMatrix even = tall().make_even();
  EXPECT_LT(relative_error(even.product(), tall().product()), kLimit);
  const at::Tensor root = tall().svd().S.sqrt();
  EXPECT_LT(relative_error(at::linalg_svdvals(even.A()), root), kLimit);
  EXPECT_LT(relative_error(at::linalg_svdvals(even.B()), root), kLimit);
}

TEST(FactoredMatrix, CollapsedSidesKeepNormAndInnerProducts) {
  const at::Tensor whole = tall().product();
  const at::Tensor left = tall().collapse_l(), right = tall().collapse_r();
  EXPECT_EQ(left.sizes(), (std::vector<int64_t>{2, 3, 2, 6}));
  EXPECT_EQ(right.sizes(), (std::vector<int64_t>{2, 3, 7, 2}));
  EXPECT_LT(relative_error(at::matmul(left.transpose(-2, -1), left),
                           at::matmul(whole.transpose(-2, -1), whole)),
            kLimit);
  EXPECT_LT(relative_error(at::matmul(right, right.transpose(-2, -1)),
                           at::matmul(whole, whole.transpose(-2, -1))),
            kLimit);
}

TEST(FactoredMatrix, ShapesThatDoNotFitAreAnError) {
  const auto matrix = [](std::vector<int64_t> shape) { return at::zeros(shape, at::kDouble); };
  EXPECT_THROW(FactoredMatrix(matrix({3, 2}), matrix({3, 2})), Error);
  EXPECT_THROW(FactoredMatrix(matrix({3}), matrix({3, 2})), Error);
  EXPECT_THROW(FactoredMatrix(matrix({2, 3, 2}), matrix({3, 2, 3})), Error);
  EXPECT_THROW(tall().eigenvalues(), Error);
  EXPECT_THROW(tall().trace(), Error);
  EXPECT_THROW(matmul(tall(), matrix({7, 2})), Error);
  EXPECT_THROW(matmul(matrix({2, 6}), tall()), Error);
  EXPECT_THROW(matmul(tall(), matrix({5, 6, 2})), Error);
}

}  // namespace
}  // namespace kairo
