#include "core/model/transformer/matrix_products.h"

#include <gtest/gtest.h>

namespace kairo {
namespace {

TransformerOptions words() {
  TransformerOptions options;
  options.n_layers = 2;
  options.n_heads = 3;
  options.d_head = 5;
  options.d_model = 7;
  options.d_mlp = 11;
  options.d_vocab = 13;
  return options;
}

TEST(MatrixProducts, AreThoseOfEveryWeightInTheOrderOfAPass) {
  TransformerOptions options = words();
  options.n_layers = 1;
  const PassProducts products = forward_products(options, {2, 4, {}});
  ASSERT_EQ(products.linear.size(), 5u);  // QKV, O, in, out, U
  EXPECT_DOUBLE_EQ(flop_of(products.linear),
                   2.0 * 8 * (7 * 45 + 15 * 7 + 7 * 11 + 11 * 7 + 7 * 13));
  EXPECT_DOUBLE_EQ(products.attention_flop, 2 * 2.0 * 2 * 4 * 4 * 15);
  EXPECT_DOUBLE_EQ(products.visible_attention_flop, 2 * 2.0 * 2 * (1 + 2 + 3 + 4) * 15);
}

TEST(MatrixProducts, FinishOnlyTheLastBlockAndTheUnembeddingAtThePositionsWanted) {
  const PassProducts products = forward_products(words(), {1, 4, {1, 2}});
  const double token = 7 * 45 + 15 * 7 + 2 * 7 * 11;
  const double last = 2 * 7 * 15 + 4 * 7 * 30 + 2 * (15 * 7 + 2 * 7 * 11);
  EXPECT_DOUBLE_EQ(flop_of(products.linear), 2 * (4 * token + last + 2 * 7 * 13));
  EXPECT_DOUBLE_EQ(products.visible_attention_flop, 2 * 2.0 * 15 * ((1 + 2 + 3 + 4) + (2 + 3)));
}

TEST(MatrixProducts, EveryRowSeesEveryKeyInABidirectionalModel) {
  TransformerOptions options = words();
  options.attention_dir = AttentionDir::kBidirectional;
  const PassProducts products = forward_products(options, {3, 4, {1, 2}});
  EXPECT_DOUBLE_EQ(products.visible_attention_flop, products.attention_flop);
}

TEST(MatrixProducts, OfBackwardHaveTheShapesOfTheInputAndOfTheWeight) {
  const std::vector<MatrixProduct> backward = backward_products({{2, 3, 5, false, false, 4}});
  ASSERT_EQ(backward.size(), 2u);
  EXPECT_EQ(backward[0].m * 100 + backward[0].k * 10 + backward[0].n, 253);
  EXPECT_TRUE(backward[0].right_transposed);
  EXPECT_EQ(backward[1].m * 100 + backward[1].k * 10 + backward[1].n, 325);
  EXPECT_TRUE(backward[1].left_transposed);
  EXPECT_DOUBLE_EQ(flop_of(backward), 2 * (2.0 * 2 * 3 * 5 * 4));
}

}  // namespace
}  // namespace kairo
