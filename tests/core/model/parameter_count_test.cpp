#include "core/config/parameter_count.h"

#include <gtest/gtest.h>

#include "core/model/parameter_layout.h"

namespace kairo {
namespace {

ModelOptions words(void (*change)(ModelOptions&)) {
  ModelOptions options;
  options.d_vocab = 40;
  change(options);
  return options;
}

// d 4, one head of 2, mlp 3, 5 tokens, 6 places, no norm:
// (5 + 6)·4 + [4·4·2 + 3·2 + 4 + 2·4·3 + 3 + 4] + (4 + 1)·5 = 44 + 73 + 25 = 142.
TEST(ParameterCount, IsTheSumOverAllArrays) {
  ModelOptions tiny;
  tiny.n_layers = tiny.n_heads = 1;
  tiny.d_model = 4;
  tiny.d_head = 2;
  tiny.d_mlp = 3;
  tiny.d_vocab = 5;
  tiny.n_ctx = 6;
  tiny.normalization_type = Normalization::kNone;
  EXPECT_EQ(parameter_count(tiny), 142);
}

TEST(ParameterCount, IsThatOfTheLayoutForEveryWordThatChangesIt) {
  for (const ModelOptions& options :
       {words([](ModelOptions&) {}), words([](ModelOptions& o) { o.attn_only = true; }),
        words([](ModelOptions& o) { o.normalization_type = Normalization::kLNPre; }),
        words([](ModelOptions& o) { o.normalization_type = Normalization::kNone; }),
        words([](ModelOptions& o) { o.parallel_attn_mlp = true; }), words([](ModelOptions& o) {
          o.positional_embedding_type = PositionalEmbedding::kRotary;
          o.n_layers = 3;
          o.d_head = 10;
        })}) {
    EXPECT_EQ(parameter_count(options), ParameterLayout(options).count());
  }
}

}  // namespace
}  // namespace kairo
