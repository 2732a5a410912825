#include "core/circuits/head_detectors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "core/circuits/weight_views.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/made_models.h"

namespace kairo {
namespace {

at::Tensor matrix(std::vector<float> values) {
  const auto size = static_cast<int64_t>(std::sqrt(static_cast<double>(values.size())));
  return at::tensor(values).view({size, size});
}

double score(const at::Tensor& attention, const at::Tensor& detection, ErrorMeasure measure,
             bool exclude_bos = false, bool exclude_current_token = false) {
  return detection_score(attention, detection, {measure, exclude_bos, exclude_current_token})
      .item<double>();
}

TEST(DetectionPattern, OfEachKindOnTokensWithARepeat) {
  const at::Tensor tokens = at::tensor(std::vector<int64_t>{5, 6, 5, 5});
  EXPECT_TRUE(at::equal(detection_pattern(HeadKind::kPreviousToken, tokens),
                        matrix({0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0})));
  EXPECT_TRUE(at::equal(detection_pattern(HeadKind::kDuplicateToken, tokens),
                        matrix({0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0})));
  // Behind each earlier 5: 1 for the 5 at 2; 1 and 3 for the 5 at 3.
  EXPECT_TRUE(at::equal(detection_pattern(HeadKind::kInduction, tokens),
                        matrix({0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1})));
}

TEST(DetectionPattern, OfABatchIsThatOfEachExample) {
  const at::Tensor tokens = make_tokens(small_options(), 3, 8).remainder(3);
  for (const HeadKind kind :
       {HeadKind::kPreviousToken, HeadKind::kDuplicateToken, HeadKind::kInduction}) {
    const at::Tensor whole = detection_pattern(kind, tokens);
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_TRUE(at::equal(whole[i], detection_pattern(kind, tokens[i])));
    }
  }
}

TEST(DetectionScore, OfAPerfectPreviousTokenPatternIsOne) {
  const at::Tensor wanted = detection_pattern(HeadKind::kPreviousToken, at::arange(4, at::kLong));
  at::Tensor attention = wanted.clone();
  EXPECT_EQ(score(attention, wanted, ErrorMeasure::kMul), 1);
  EXPECT_EQ(score(attention, wanted, ErrorMeasure::kAbs), 1);
  // A causal head's first position can only attend to itself: 3 of 4 units, and 1 of 4 rows off.
  attention[0][0] = 1;
  EXPECT_EQ(score(attention, wanted, ErrorMeasure::kMul), 0.75);
  EXPECT_EQ(score(attention, wanted, ErrorMeasure::kAbs), 0.75);
  EXPECT_EQ(score(attention, wanted, ErrorMeasure::kMul, false, true), 1);
  EXPECT_EQ(score(attention, wanted, ErrorMeasure::kAbs, false, true), 1);
  EXPECT_EQ(score(attention, wanted, ErrorMeasure::kMul, true), 1);
}

TEST(DetectionScore, OfUniformCausalAttentionIsItsArithmeticValue) {
  const at::Tensor wanted = detection_pattern(HeadKind::kPreviousToken, at::arange(3, at::kLong));
  const at::Tensor uniform = matrix({1, 0, 0, 1.0F / 2, 1.0F / 2, 0, 1.0F / 3, 1.0F / 3, 1.0F / 3});
  EXPECT_NEAR(score(uniform, wanted, ErrorMeasure::kMul), (1.0 / 2 + 1.0 / 3) / 3, 1e-7);
  // Off by 1, 1/2 + 1/2 and 1/3 + 2/3 + 1/3.
  EXPECT_NEAR(score(uniform, wanted, ErrorMeasure::kAbs), 1 - (1 + 1 + 4.0 / 3) / 3, 1e-7);
  // Without the first key 1/2 + 1/3 + 1/3 is left, without the diagonal 1/2 + 1/3 + 1/3 too.
  EXPECT_NEAR(score(uniform, wanted, ErrorMeasure::kMul, true), (1.0 / 3) / (7.0 / 6), 1e-7);
  EXPECT_NEAR(score(uniform, wanted, ErrorMeasure::kMul, false, true), (5.0 / 6) / (7.0 / 6), 1e-6);
  EXPECT_NEAR(score(uniform, wanted, ErrorMeasure::kAbs, true, true), 1 - (2.0 / 3) / 3, 1e-7);
}

TEST(DetectionScore, WithoutAnyAttentionLeftIsUndefined) {
  const at::Tensor first_key = matrix({1, 0, 1, 0});
  EXPECT_TRUE(std::isnan(score(first_key, first_key, ErrorMeasure::kMul, true)));
}

TEST(DetectionScore, PatternsThatDoNotFitAreAnError) {
  EXPECT_THROW(detection_score(at::ones({2, 3, 3}), at::ones({4, 4})), Error);
  EXPECT_THROW(detection_score(at::ones({3, 4}), at::ones({4, 4})), Error);
  EXPECT_THROW(detection_score(at::ones({2, 3, 3}), at::ones({4, 3, 3})), Error);
  EXPECT_THROW(detection_pattern(HeadKind::kInduction, at::scalar_tensor(3, at::kLong)), Error);
}

// Attention only, no norm, two layers of one head. The residual holds, one-hot, the token, the
// position and (written by layer 0) the token before.
constexpr int64_t kTokens = 9, kPositions = 17;

void add_identity(const Transformer& model, const char* name, int64_t layer, int64_t row,
                  int64_t column, int64_t n, double value) {
  at::Tensor target = weights(model, name)[layer][0];
  for (int64_t i = 0; i < n; ++i) target[row + i][column + i] = value;
}

Transformer induction_model() {
  TransformerOptions words = small_options();
  words.attn_only = true;
  words.normalization_type = Normalization::kNone;
  words.n_heads = 1;
  words.d_vocab = kTokens;
  words.n_ctx = kPositions;
  words.d_head = kPositions;
  words.d_model = kTokens + kPositions + kTokens;
  const Transformer model(words);
  weights(model, "W_E").narrow(1, 0, kTokens).copy_(at::eye(kTokens));
  weights(model, "W_pos").narrow(1, kTokens, kPositions).copy_(at::eye(kPositions));
  constexpr double kSharp = 1000;  // the softmax underflows to exact zeros elsewhere
  const int64_t position = kTokens, before = kTokens + kPositions;
  // Layer 0: position p asks for p - 1 and writes that token as the one before.
  add_identity(model, "W_Q", 0, position + 1, 0, kPositions - 1, kSharp);
  add_identity(model, "W_K", 0, position, 0, kPositions, 1);
  add_identity(model, "W_V", 0, 0, 0, kTokens, 1);
  add_identity(model, "W_O", 0, 0, before, kTokens, 1);
  // Layer 1: token t asks for positions whose token before is t.
  add_identity(model, "W_Q", 1, 0, 0, kTokens, kSharp);
  add_identity(model, "W_K", 1, before, 0, kTokens, 1);
  return model;
}

TEST(DetectHeads, FindTheHeadsOfAHandBuiltInductionModel) {
  const Transformer model = induction_model();
  // BOS and 8 distinct tokens twice: 17 rows of attention.
  const at::Tensor once = at::tensor(std::vector<int64_t>{3, 1, 7, 2, 8, 5, 4, 6});
  const at::Tensor tokens = at::cat({at::zeros({1}, at::kLong), once, once}).unsqueeze(0);
  const auto found = [&](HeadKind kind, const DetectionOptions& options = {}) {
    const at::Tensor mean = detect_heads(model, tokens, kind, options).mean;
    return std::pair(mean[0][0].item<double>(), mean[1][0].item<double>());
  };
  // Layer 0 does 16 rows of 17 (the first has no previous token); layer 1 the 8 of the repeat.
  EXPECT_NEAR(found(HeadKind::kPreviousToken).first, 16.0 / 17, 1e-6);
  EXPECT_NEAR(found(HeadKind::kPreviousToken, {ErrorMeasure::kAbs}).first, 16.0 / 17, 1e-6);
  EXPECT_NEAR(found(HeadKind::kPreviousToken, {ErrorMeasure::kMul, true}).first, 1, 1e-6);
  EXPECT_NEAR(found(HeadKind::kInduction).second, 8.0 / 17, 1e-6);
  EXPECT_NEAR(found(HeadKind::kInduction, {ErrorMeasure::kAbs}).second, 8.0 / 17, 1e-6);
  EXPECT_NEAR(found(HeadKind::kInduction).first, 0, 1e-6);
  EXPECT_NEAR(found(HeadKind::kDuplicateToken).first, 0, 1e-6);
}

TEST(DetectHeads, OfABatchAreThoseOfEachExampleAndTheirMean) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat64);
  const at::Tensor tokens = repeated_random_tokens(model.options(), {5, 3, 0, 0, 1});
  for (const ErrorMeasure measure : {ErrorMeasure::kMul, ErrorMeasure::kAbs}) {
    const HeadScores whole = detect_heads(model, tokens, HeadKind::kInduction, {measure, true});
    EXPECT_EQ(whole.per_example.sizes(), (std::vector<int64_t>{5, 2, 2}));
    std::vector<at::Tensor> each;
    for (int64_t i = 0; i < 5; ++i) {
      each.push_back(
          detect_heads(model, tokens.narrow(0, i, 1), HeadKind::kInduction, {measure, true}).mean);
    }
    EXPECT_LT(relative_error(whole.per_example, at::stack(each)), 1e-12);
    EXPECT_LT(relative_error(whole.mean, at::stack(each).mean(0)), 1e-12);
  }
}

TEST(DetectHeads, TakesAPatternOfOnesOwn) {
  const Transformer model = make_model(made_models()[0], ModelDtype::kFloat64);
  const at::Tensor tokens = make_tokens(model.options(), 3, 6);
  const HeadScores all = detect_heads(model, tokens, at::ones({6, 6}));
  EXPECT_LT((all.per_example - 1).abs().max().item<double>(), 1e-12);
  EXPECT_THROW(detect_heads(model, tokens, at::ones({5, 5})), Error);
  EXPECT_THROW(detect_heads(model, tokens, at::ones({2, 6, 6})), Error);
  EXPECT_THROW(detect_heads(model, tokens[0], HeadKind::kInduction), Error);
}

TEST(RepeatedRandomTokens, StandTwiceBehindABosThatIsNeverDrawn) {
  TransformerOptions words = small_options();
  words.n_ctx = 61;
  const at::Tensor tokens = repeated_random_tokens(words, {40, 30, 4, 0, 7});
  EXPECT_EQ(tokens.sizes(), (std::vector<int64_t>{40, 61}));
  EXPECT_TRUE(tokens.select(1, 0).eq(4).all().item<bool>());
  const at::Tensor drawn = tokens.narrow(1, 1, 30);
  EXPECT_TRUE(at::equal(drawn, tokens.narrow(1, 31, 30)));
  // 1200 draws over 10 tokens: 120 each, deviation 10.4; the BOS never.
  const at::Tensor counts = at::bincount(drawn.flatten(), {}, 11);
  EXPECT_EQ(counts[4].item<int64_t>(), 0);
  for (const int64_t token : {0, 3, 5, 10}) {
    EXPECT_NEAR(static_cast<double>(counts[token].item<int64_t>()), 120, 45) << token;
  }
  EXPECT_TRUE(at::equal(tokens, repeated_random_tokens(words, {40, 30, 4, 0, 7})));
  EXPECT_FALSE(at::equal(tokens, repeated_random_tokens(words, {40, 30, 4, 0, 8})));
  EXPECT_FALSE(at::equal(tokens[0], tokens[1]));
}

TEST(RepeatedRandomTokens, KeepToTheIdsAskedFor) {
  const TransformerOptions words = small_options();  // d_vocab 11
  const at::Tensor tokens = repeated_random_tokens(words, {200, 3, 2, 4, 7});
  const at::Tensor counts = at::bincount(tokens.narrow(1, 1, 6).flatten(), {}, words.d_vocab);
  for (const int64_t token : {0, 1, 3}) EXPECT_GT(counts[token].item<int64_t>(), 0) << token;
  EXPECT_EQ(counts[2].item<int64_t>(), 0);
  EXPECT_EQ(counts.narrow(0, 4, 7).sum().item<int64_t>(), 0);
  EXPECT_THROW(repeated_random_tokens(words, {1, 3, {}, 12, 0}), Error);
  EXPECT_THROW(repeated_random_tokens(words, {1, 3, 4, 4, 0}), Error);
}

TEST(RepeatedRandomTokens, WhatDoesNotFitIsAnError) {
  const TransformerOptions words = small_options();  // n_ctx 8, d_vocab 11
  EXPECT_NO_THROW(repeated_random_tokens(words, {1, 4, {}, 0, 0}));
  EXPECT_THROW(repeated_random_tokens(words, {1, 4, 0, 0, 0}), Error);
  EXPECT_THROW(repeated_random_tokens(words, {1, 0, {}, 0, 0}), Error);
  EXPECT_THROW(repeated_random_tokens(words, {0, 2, {}, 0, 0}), Error);
  EXPECT_THROW(repeated_random_tokens(words, {1, 2, 11, 0, 0}), Error);
  EXPECT_THROW(repeated_random_tokens(words, {1, int64_t{1} << 62, {}, 0, 0}), Error);
}

}  // namespace
}  // namespace kairo
