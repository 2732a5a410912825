#include "core/exchange/transformerlens_words.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/config/transformer_options.h"

namespace kairo {
namespace {

nlohmann::json words_of(const TransformerOptions& options) {
  return nlohmann::json::parse(transformerlens_words(to_json(options), "model"));
}

// rotary_dim 0 was written as it stands: "none" for TransformerLens, whose logits were others.
TEST(TransformerLensWords, RotaryDimIsTheNumberThatIsTurned) {
  TransformerOptions options;
  EXPECT_TRUE(words_of(options)["rotary_dim"].is_null());
  options.positional_embedding_type = PositionalEmbedding::kRotary;
  EXPECT_EQ(words_of(options)["rotary_dim"], options.d_head);
  options.rotary_dim = 8;
  EXPECT_EQ(words_of(options)["rotary_dim"], 8);
}

TEST(TransformerLensWords, AllOtherWordsAreTheModels) {
  TransformerOptions options;
  options.normalization_type = Normalization::kNone;
  const nlohmann::json words = words_of(options);
  nlohmann::json expected = nlohmann::json::parse(to_json(options));
  expected["rotary_dim"] = nullptr;
  for (const char* ours :
       {"unembed_bias", "tie_embeddings", "embed_dropout", "attn_dropout", "resid_dropout"}) {
    EXPECT_EQ(expected.erase(ours), 1U);
  }
  EXPECT_EQ(words, expected);
  EXPECT_TRUE(words["normalization_type"].is_null());
  EXPECT_EQ(words["dtype"], "float32");
}

// HookedTransformer has an unembedding of its own: without the tensor it would keep the one drawn.
TEST(TransformerLensWords, ATiedUnembeddingIsATensorOfItsOwn) {
  TransformerOptions options;
  options.d_vocab = 3;
  options.d_model = 2;
  options.tie_embeddings = true;
  Checkpoint checkpoint;
  checkpoint.model_json = to_json(options);
  checkpoint.parameters = {{"embed.W_E", {3, 2}, {1, 2, 3, 4, 5, 6}}};
  const std::vector<NamedArray> parameters = transformerlens_parameters(checkpoint, "file");
  ASSERT_EQ(parameters.size(), 2U);
  EXPECT_EQ(parameters[1].name, "unembed.W_U");
  EXPECT_EQ(parameters[1].shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(parameters[1].values, (std::vector<float>{1, 3, 5, 2, 4, 6}));
}

}  // namespace
}  // namespace kairo
