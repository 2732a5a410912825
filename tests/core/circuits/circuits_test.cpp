#include "core/circuits/circuits.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/circuits/weight_views.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

// Two layers of one head of width 1 in a plane: OV and QK are outer products.
Transformer plane_model() {
  TransformerOptions options = small_options();
  options.n_heads = 1;
  options.d_model = 2;
  options.d_head = 1;
  options.attn_only = true;
  return Transformer(options);
}

void set(const Transformer& model, const char* name, int64_t layer, double x, double y) {
  weights(model, name)[layer].copy_(
      at::tensor({x, y}).view({2, 1}).reshape_as(weights(model, name)[layer]));
}

TEST(CompositionScores, OfOuterProductsAreCosines) {
  // First head writes along (1, 0). Q, K and V of the second read along (3, 4), (0, 1), (1, 0):
  // |u a^T b v^T| / (|u a^T| |b v^T|) = |cos(a, b)| = 3/5, 0 and 1.
  const Transformer model = plane_model();
  for (const int64_t layer : {0, 1}) {
    set(model, "W_Q", layer, 3, 4);
    set(model, "W_K", layer, 0, 1);
    set(model, "W_V", layer, 1, 0);
    set(model, "W_O", layer, 1, 0);
  }
  const auto score = [&](Composition composition) {
    return composition_scores(model, composition)[0][0][1][0].item<double>();
  };
  EXPECT_NEAR(score(Composition::kQ), 0.6, 1e-6);
  EXPECT_NEAR(score(Composition::kK), 0, 1e-6);
  EXPECT_NEAR(score(Composition::kV), 1, 1e-6);
}

TEST(CompositionScores, AreThoseOfTheWholeMatricesAndZeroWhereNotLater) {
  MadeModel made = made_models()[0];
  made.options.n_layers = 3;
  const Transformer model = make_model(made, ModelDtype::kFloat64);
  const at::Tensor scores = composition_scores(model, Composition::kK);
  const at::Tensor ov = ov_circuits(model).product(), qk = qk_circuits(model).product();
  EXPECT_EQ(scores.sizes(), (std::vector<int64_t>{3, 2, 3, 2}));
  for (int64_t i = 0; i < scores.numel(); ++i) {
    const int64_t l1 = i / 12, h1 = i / 6 % 2, l2 = i / 2 % 3, h2 = i % 2;
    const at::Tensor left = ov[l1][h1], right = qk[l2][h2].t();
    const double whole =
        (at::matmul(left, right).norm() / (left.norm() * right.norm())).item<double>();
    EXPECT_NEAR(scores.flatten()[i].item<double>(), l2 > l1 ? whole : 0.0, 1e-12);
  }
}

TEST(RandomComposition, OfWidthOneInThreeDimensionsIsAUniformCosine) {
  // |cos| of two random directions in space is uniform on [0, 1]: mean 1/2, deviation 1/sqrt(12).
  const RandomComposition got = random_composition(3, 1, {4000, 5});
  EXPECT_NEAR(got.mean, 0.5, 4 * 0.2887 / std::sqrt(4000));
  EXPECT_NEAR(got.standard_deviation, 1 / std::sqrt(12.0), 0.01);
}

TEST(RandomComposition, HasMeanSquareOneOverDModelForAnyRank) {
  for (const int64_t d_head : {1, 4, 16}) {
    const RandomComposition got = random_composition(16, d_head, {1000, 2});
    const double mean_square = got.mean * got.mean + std::pow(got.standard_deviation, 2);
    EXPECT_NEAR(mean_square * 16, 1, 0.15) << d_head;
  }
}

TEST(RandomComposition, IsSeeded) {
  EXPECT_EQ(random_composition(8, 2, {20, 1}).mean, random_composition(8, 2, {20, 1}).mean);
  EXPECT_NE(random_composition(8, 2, {20, 1}).mean, random_composition(8, 2, {20, 2}).mean);
}

TEST(RandomComposition, FreshModelsScoreLikeIt) {
  TransformerOptions options = small_options();
  options.n_layers = 3;
  options.n_heads = 4;
  options.d_model = 32;
  options.d_head = 8;
  Transformer model(options);
  model.initialize();
  const at::Tensor scores = composition_scores(model, Composition::kV);
  const RandomComposition random = random_composition(32, 8, {500, 3});
  const double mean = scores.masked_select(scores > 0).mean().item<double>();
  EXPECT_NEAR(mean, random.mean, 3 * random.standard_deviation / std::sqrt(48.0));
}

TEST(RandomComposition, SizesBelowOneAreAnError) {
  EXPECT_THROW(random_composition(0, 1, {10, 0}), Error);
  EXPECT_THROW(random_composition(4, 0, {10, 0}), Error);
  EXPECT_THROW(random_composition(4, 2, {1, 0}), Error);
}

}  // namespace
}  // namespace kairo
