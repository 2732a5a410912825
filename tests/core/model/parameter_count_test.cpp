#include "core/model/transformer/layout.h"

#include <gtest/gtest.h>

#include "core/model/parameter_layout.h"

namespace kairo {
namespace {

TransformerOptions words(void (*change)(TransformerOptions&)) {
  TransformerOptions options;
  options.d_vocab = 40;
  change(options);
  return options;
}

// d 4, one head of 2, mlp 3, 5 tokens, 6 places, no norm:
// (5 + 6)·4 + [4·4·2 + 3·2 + 4 + 2·4·3 + 3 + 4] + (4 + 1)·5 = 44 + 73 + 25 = 142.
TEST(ParameterCount, IsTheSumOverAllArrays) {
  TransformerOptions tiny;
  tiny.n_layers = tiny.n_heads = 1;
  tiny.d_model = 4;
  tiny.d_head = 2;
  tiny.d_mlp = 3;
  tiny.d_vocab = 5;
  tiny.n_ctx = 6;
  tiny.normalization_type = Normalization::kNone;
  EXPECT_EQ(tiny.parameter_count(), 142);
}

TEST(ParameterCount, IsThatOfTheLayoutForEveryWordThatChangesIt) {
  for (const TransformerOptions& options :
       {words([](TransformerOptions&) {}), words([](TransformerOptions& o) { o.attn_only = true; }),
        words([](TransformerOptions& o) { o.normalization_type = Normalization::kLNPre; }),
        words([](TransformerOptions& o) { o.normalization_type = Normalization::kNone; }),
        words([](TransformerOptions& o) { o.parallel_attn_mlp = true; }),
        words([](TransformerOptions& o) { o.unembed_bias = false; }),
        words([](TransformerOptions& o) { o.tie_embeddings = true; }),
        words([](TransformerOptions& o) {
          o.positional_embedding_type = PositionalEmbedding::kRotary;
          o.n_layers = 3;
          o.d_head = 10;
        })}) {
    EXPECT_EQ(options.parameter_count(), transformer_layout(options).count());
  }
}

// GPT-2 small as transformers counts it; 163,087,441 with an unembedding and a bias of its own.
TEST(ParameterCount, IsGpt2SmallsWithTiedEmbeddingsAndNoBias) {
  TransformerOptions gpt2;
  gpt2.n_layers = gpt2.n_heads = 12;
  gpt2.d_model = 768;
  gpt2.d_head = 64;
  gpt2.d_mlp = 3072;
  gpt2.n_ctx = 1024;
  gpt2.d_vocab = 50257;
  EXPECT_EQ(gpt2.parameter_count(), 163'087'441);
  gpt2.tie_embeddings = true;
  gpt2.unembed_bias = false;
  EXPECT_EQ(gpt2.parameter_count(), 124'439'808);
  EXPECT_EQ(transformer_layout(gpt2).count(), 124'439'808);
}

}  // namespace
}  // namespace kairo
