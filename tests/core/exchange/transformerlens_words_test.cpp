#include "core/exchange/transformerlens_words.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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
  EXPECT_EQ(words, expected);
  EXPECT_TRUE(words["normalization_type"].is_null());
  EXPECT_EQ(words["dtype"], "float32");
}

}  // namespace
}  // namespace kairo
