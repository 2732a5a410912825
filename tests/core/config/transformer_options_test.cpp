#include "core/config/transformer_options.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/core/config/config_test_folder.h"

namespace kairo {
namespace {

using TransformerOptionsTest = ConfigTest;

TEST_F(TransformerOptionsTest, ReadsTheWordsOfTransformerLens) {
  const TransformerOptions options = transformer_options_from_json(
      R"({"n_layers": 1, "d_model": 16, "n_heads": 2, "d_head": 8, "d_mlp": 48, "n_ctx": 10,
          "d_vocab": 17, "act_fn": "relu", "normalization_type": "LNPre", "attn_only": false,
          "attention_dir": "bidirectional", "eps": 1e-05, "positional_embedding_type": "rotary"})",
      "golden");
  EXPECT_EQ(options.n_layers, 1);
  EXPECT_EQ(options.d_vocab, 17);
  EXPECT_EQ(options.act_fn, ActFn::kRelu);
  EXPECT_EQ(options.normalization_type, Normalization::kLNPre);
  EXPECT_EQ(options.attention_dir, AttentionDir::kBidirectional);
  EXPECT_EQ(options.positional_embedding_type, PositionalEmbedding::kRotary);
  EXPECT_EQ(options.eps, 1e-5);
}

TEST_F(TransformerOptionsTest, AMissingWordHasItsDefault) {
  const TransformerOptions options = transformer_options_from_json("{}", "x");
  EXPECT_EQ(to_json(options), to_json(TransformerOptions()));
  EXPECT_EQ(options.n_layers, 4);
  EXPECT_EQ(options.rotary_base, 10000);
}

TEST_F(TransformerOptionsTest, NullMeansNoNormalization) {
  EXPECT_EQ(
      transformer_options_from_json(R"({"normalization_type": null})", "x").normalization_type,
      Normalization::kNone);
  EXPECT_EQ(
      transformer_options_from_json(R"({"normalization_type": "none"})", "x").normalization_type,
      Normalization::kNone);
  TransformerOptions options;
  options.normalization_type = Normalization::kNone;
  EXPECT_NE(to_json(options).find("\"normalization_type\":null"), std::string::npos);
}

TEST_F(TransformerOptionsTest, JsonRoundTripsEveryWord) {
  TransformerOptions options;
  options.n_layers = 3;
  options.act_fn = ActFn::kSilu;
  options.normalization_type = Normalization::kNone;
  options.attn_only = true;
  options.unembed_bias = false;
  options.tie_embeddings = true;
  options.attention_dir = AttentionDir::kBidirectional;
  options.positional_embedding_type = PositionalEmbedding::kRotary;
  options.rotary_dim = 4;
  options.eps = 1.0 / 3e5;
  options.seed = std::numeric_limits<int64_t>::max();
  options.dtype = ModelDtype::kFloat64;
  const TransformerOptions back = transformer_options_from_json(to_json(options), "x");
  EXPECT_EQ(to_json(back), to_json(options));
  EXPECT_EQ(back.eps, options.eps);
  EXPECT_EQ(back.seed, options.seed);
  EXPECT_EQ(back.rotary_dim, 4);
  EXPECT_EQ(back.dtype, ModelDtype::kFloat64);
}

TEST_F(TransformerOptionsTest, JsonHasTheWordsInTheOrderOfTheList) {
  const auto words = nlohmann::ordered_json::parse(to_json(TransformerOptions()));
  EXPECT_EQ(words.begin().key(), "n_layers");
  EXPECT_EQ(words.size(), 24u);
  EXPECT_EQ(words["eps"].dump(), "1e-05");
}

TEST_F(TransformerOptionsTest, AnUnknownWordIsNamedWithItsNearest) {
  const std::string message = message_of(ErrorKind::kCorrupt, [] {
    transformer_options_from_json(R"({"act_fm": "gelu"})", "step_00000200.h5");
  });
  EXPECT_EQ(message, "step_00000200.h5: unknown model word act_fm (did you mean act_fn?)");
}

TEST_F(TransformerOptionsTest, IllTypedWordsAreNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"n_layers": "4"})",
       "x: model word n_layers: expected an integer from 1 to 1000, got \"4\""},
      {R"({"n_layers": 4.5})", "n_layers: expected an integer from 1 to 1000, got 4.5"},
      {R"({"n_layers": 0})", "got 0"},
      {R"({"seed": 18446744073709551615})", "seed: expected an integer >= -1"},
      {R"({"eps": "small"})", "eps: expected a number from 0 to 1"},
      {R"({"attn_only": 1})", "attn_only: expected true or false, got 1"},
      {R"({"act_fn": "tanh"})", "act_fn: expected one of gelu, gelu_new, relu, silu, got \"tanh\""},
      {R"({"act_fn": null})", "got null"},
  };
  for (const auto& [json, expected] : cases) {
    const std::string message = message_of(
        ErrorKind::kCorrupt, [&, text = json] { transformer_options_from_json(text, "x"); });
    EXPECT_NE(message.find(expected), std::string::npos) << message;
  }
}

// A value nested deeper than the stack ended the process that was to show it.
TEST_F(TransformerOptionsTest, AValueNestedBeyondTheStackIsNamed) {
  const std::string deep = std::string(200000, '[') + std::string(200000, ']');
  const std::string message = message_of(ErrorKind::kCorrupt, [&] {
    transformer_options_from_json("{\"n_layers\": " + deep + "}", "x");
  });
  EXPECT_NE(message.find("n_layers: expected an integer from 1 to 1000, got array"),
            std::string::npos)
      << message;
}

TEST_F(TransformerOptionsTest, WhatIsNoJsonObjectIsCorrupt) {
  for (const std::string json : {"", "[1]", "{\"n_layers\": ", "3", "{\"eps\": 1e999}"}) {
    message_of(ErrorKind::kCorrupt, [&] { transformer_options_from_json(json, "x"); });
  }
}

TEST_F(TransformerOptionsTest, CheckAcceptsTheDefaults) {
  EXPECT_NO_THROW(TransformerOptions().check());
}

TEST_F(TransformerOptionsTest, CheckRefusesContradictions) {
  TransformerOptions rotary;
  rotary.positional_embedding_type = PositionalEmbedding::kRotary;
  rotary.rotary_dim = 34;
  EXPECT_NE(message_of(ErrorKind::kConfig, [&] { rotary.check(); })
                .find("model.rotary_dim: expected at most d_head = 32, got 34"),
            std::string::npos);
  rotary.rotary_dim = 7;
  EXPECT_NE(message_of(ErrorKind::kConfig, [&] { rotary.check(); }).find("an even number, got 7"),
            std::string::npos);
  rotary.rotary_dim = 0;
  rotary.d_head = 15;
  message_of(ErrorKind::kConfig, [&] { rotary.check(); });

  TransformerOptions all_dropped;
  all_dropped.attn_dropout = 1;
  EXPECT_NE(message_of(ErrorKind::kConfig, [&] { all_dropped.check(); })
                .find("model.attn_dropout: expected less than 1, got 1"),
            std::string::npos);
  TransformerOptions no_mlp;
  no_mlp.d_mlp = 0;
  EXPECT_NE(message_of(ErrorKind::kConfig, [&] { no_mlp.check(); }).find("model.d_mlp"),
            std::string::npos);
  no_mlp.attn_only = true;
  EXPECT_NO_THROW(no_mlp.check());
  no_mlp.parallel_attn_mlp = true;
  message_of(ErrorKind::kConfig, [&] { no_mlp.check(); });
}

}  // namespace
}  // namespace kairo
