#include "probes/head_scores.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "core/base/error.h"
#include "core/circuits/head_detectors.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using tiny::quantity;

std::vector<Quantity> measure(const HeadScoresProbe& probe, const Transformer& model) {
  const torch::NoGradGuard no_grad;
  return probe.measure(model, tiny::inputs(tiny::data()));
}

HeadScoresOptions& options_of(HeadScoresProbe& probe) {
  return dynamic_cast<HeadScoresOptions&>(probe.options());
}

// One layer without a norm. Positions are a one-hot in the first dimensions of the stream; head 0's
// query at position i is position i-1's key, so that it looks there alone.
Transformer previous_token_model() {
  TransformerOptions words = tiny::model_words(*tiny::data());
  words.n_layers = 1;
  words.n_heads = 2;
  words.d_model = words.d_head = words.n_ctx = 16;
  words.normalization_type = Normalization::kNone;
  Transformer model(words);
  model.parameters().freeze();
  const auto set = [&](const char* name) {
    return model.parameters().view(name).of(model.parameters().values());
  };
  set("pos_embed.W_pos").copy_(at::eye(16));
  set("blocks.0.attn.W_K")[0].copy_(at::eye(16));
  // Row i of W_Q is what position i asks for.
  set("blocks.0.attn.W_Q")[0].copy_(200 * at::diag_embed(at::ones({15}), -1));
  return model;
}

TEST(HeadScores, APreviousTokenHeadHasScoreOneAndAUniformHeadTheReference) {
  const std::vector<Quantity> all = measure(HeadScoresProbe(), previous_token_model());
  const Quantity& previous = quantity(all, "previous_token");
  ASSERT_EQ(previous.mean.size(), 2U);
  EXPECT_NEAR(previous.mean[0], 1, 1e-5);
  // Head 1 has no weights. BOS and 2 x 5 tokens: position i sees i+1; mean of 1/2 … 1/11 over ten.
  double uniform = 0;
  for (int i = 1; i <= 10; ++i) uniform += 1.0 / (i + 1) / 10;
  EXPECT_NEAR(previous.mean[1], uniform, 1e-6);
  EXPECT_NEAR(quantity(all, "uniform/previous_token").mean[0], uniform, 1e-6);
  EXPECT_EQ(previous.n_examples, 64);
  for (const char* kind : {"duplicate_token", "induction"}) {
    EXPECT_NEAR(quantity(all, kind).mean[1], quantity(all, std::string("uniform/") + kind).mean[0],
                1e-6);
  }
}

TEST(HeadScores, AreTheDetectorsScoresOverTheQueriesThatHaveAKey) {
  const Transformer model = tiny::random_model(tiny::model_words(*tiny::data()));
  const std::vector<Quantity> all = measure(HeadScoresProbe(), model);
  RepeatedTokens wanted;
  wanted.batch = 64;
  wanted.length = 5;  // half of the task's 12 positions behind BOS
  wanted.bos = tiny::data()->arrays().token(0, 0);
  const at::Tensor tokens = repeated_random_tokens(model.options(), wanted);
  const std::pair<const char*, HeadKind> kinds[] = {{"previous_token", HeadKind::kPreviousToken},
                                                    {"duplicate_token", HeadKind::kDuplicateToken},
                                                    {"induction", HeadKind::kInduction}};
  for (const auto& [name, kind] : kinds) {
    const at::Tensor scores = detect_heads(model, tokens, kind).per_example;
    const at::Tensor queries = detection_pattern(kind, tokens).amax(-1).sum(-1);
    const at::Tensor expected = scores * 11 / queries.view({-1, 1, 1});
    const Quantity& came = quantity(all, name);
    ASSERT_EQ(static_cast<int64_t>(came.per_example.size()), expected.numel());
    const at::Tensor flat = expected.flatten().contiguous();
    for (int64_t i = 0; i < flat.numel(); ++i) {
      EXPECT_NEAR(came.per_example[static_cast<std::size_t>(i)], flat[i].item<float>(), 1e-5);
    }
    for (const float each : came.per_example) EXPECT_TRUE(each >= 0 && each <= 1.0001F) << each;
  }
}

TEST(HeadScores, SequencesAreSeededAndOfTheLengthAskedFor) {
  const Transformer model = tiny::random_model(tiny::model_words(*tiny::data()));
  HeadScoresProbe probe;
  const std::vector<double> first = quantity(measure(probe, model), "induction").mean;
  EXPECT_EQ(quantity(measure(probe, model), "induction").mean, first);
  options_of(probe).seed = 5;
  EXPECT_NE(quantity(measure(probe, model), "induction").mean, first);
  EXPECT_EQ(probe.own_sample()->seed, 5);
  options_of(probe).n_sequences = 7;
  EXPECT_EQ(quantity(measure(probe, model), "induction").n_examples, 7);
  options_of(probe).length = 8;  // with BOS 17 tokens, n_ctx is 16
  EXPECT_THROW(measure(probe, model), Error);
}

}  // namespace
}  // namespace kairo
