// The ways in which GPT-2 and GPT-NeoX folders differ among themselves.
#include <gtest/gtest.h>

#include <map>

#include "tests/core/exchange/model_folder.h"

namespace kairo {
namespace {

TEST(Gpt2Layout, FilesOfTheBareModelLackThePrefix) {
  ModelFolder model("hf_gpt2");
  for (NamedArray& each : model.tensors)
    each.name = each.name.substr(std::string("transformer.").size());
  expect_same_parameters(model.read(), read_hugging_face(golden_folder("hf_gpt2")));
}

TEST(Gpt2Layout, MasksAreNoWeights) {
  ModelFolder model("hf_gpt2");
  model.tensors.push_back(
      {"transformer.h.0.attn.bias", {1, 1, 24, 24}, std::vector<float>(576, 1)});
  model.tensors.push_back({"transformer.h.0.attn.masked_bias", {}, {-10000}});
  expect_same_parameters(model.read(), read_hugging_face(golden_folder("hf_gpt2")));
}

TEST(Gpt2Layout, ATiedUnembeddingIsTheEmbeddingTransposed) {
  const Checkpoint checkpoint = read_hugging_face(golden_folder("hf_gpt2"));
  const std::vector<float>& embedding = parameter(checkpoint, "embed.W_E").values;
  const NamedArray& unembedding = parameter(checkpoint, "unembed.W_U");
  EXPECT_EQ(unembedding.shape, (std::vector<int64_t>{32, 61}));
  for (std::size_t token = 0; token < 61; ++token) {
    for (std::size_t i = 0; i < 32; ++i) {
      EXPECT_EQ(unembedding.values[i * 61 + token], embedding[token * 32 + i]);
    }
  }
  EXPECT_EQ(parameter(checkpoint, "unembed.b_U").values, std::vector<float>(61));
}

TEST(Gpt2Layout, ATiedHeadInTheFileMustBeTheEmbedding) {
  ModelFolder model("hf_gpt2");
  model.tensors.push_back(model.tensor("transformer.wte.weight"));
  model.tensors.back().name = "lm_head.weight";
  expect_same_parameters(model.read(), read_hugging_face(golden_folder("hf_gpt2")));
  model.tensors.back().values.back() += 1;
  EXPECT_TRUE(contains(model.refused(), "lm_head.weight"));
}

TEST(Gpt2Layout, AnUntiedHeadIsItsOwn) {
  ModelFolder model("hf_gpt2");
  model.config["tie_word_embeddings"] = false;
  EXPECT_TRUE(contains(model.refused(), "lm_head.weight"));
  std::vector<float> head(61 * 32);
  head[1] = 7;  // token 0, dimension 1
  model.tensors.push_back({"lm_head.weight", {61, 32}, head});
  EXPECT_EQ(parameter(model.read(), "unembed.W_U").values.at(61), 7);
}

TEST(Gpt2Layout, ActivationsHaveTheirWords) {
  ModelFolder model("hf_gpt2");
  for (const std::string word : {"gelu", "gelu_new", "relu", "silu"}) {
    model.config["activation_function"] = word;
    EXPECT_EQ(model_word(model.read(), "act_fn"), word);
  }
}

TEST(Gpt2Layout, TheMlpIsFourTimesAsWideUnlessSaid) {
  ModelFolder model("hf_gpt2");
  EXPECT_EQ(model_word(model.read(), "d_mlp"), 128);
  model.config["n_inner"] = 8;
  EXPECT_TRUE(contains(model.refused(), "[32, 8]"));
}

TEST(Gpt2Layout, NormsHaveTheConfigsEpsilon) {
  ModelFolder model("hf_gpt2");
  model.config["layer_norm_epsilon"] = 0.25;
  EXPECT_EQ(model_word(model.read(), "eps"), 0.25);
}

TEST(Gpt2Layout, AttentionOfAnotherKindIsRefused) {
  for (const auto& [word, value] :
       std::map<std::string, bool>{{"scale_attn_by_inverse_layer_idx", true},
                                   {"scale_attn_weights", false},
                                   {"add_cross_attention", true}}) {
    ModelFolder model("hf_gpt2");
    model.config[word] = value;
    EXPECT_TRUE(contains(model.refused(), word));
  }
}

TEST(NeoxLayout, OldAndNewRotaryWordsMeanTheSame) {
  ModelFolder model("hf_neox");
  model.config["rope_parameters"]["rope_theta"] = 5000;
  model.config["rope_parameters"]["partial_rotary_factor"] = 0.5;
  const Checkpoint newer = model.read();
  EXPECT_EQ(model_word(newer, "rotary_dim"), 4);
  EXPECT_EQ(model_word(newer, "rotary_base"), 5000);
  model.config.erase("rope_parameters");
  model.config["rope_scaling"] = nullptr;
  model.config["rotary_emb_base"] = 5000;
  model.config["rotary_pct"] = 0.5;
  EXPECT_EQ(model.read().model_json, newer.model_json);
}

TEST(NeoxLayout, OtherRotaryTypesAreRefused) {
  ModelFolder model("hf_neox");
  model.config["rope_parameters"]["rope_type"] = "yarn";
  EXPECT_TRUE(contains(model.refused(), "yarn"));
  model.config.erase("rope_parameters");
  model.config["rope_scaling"] = {{"type", "linear"}, {"factor", 2}};
  EXPECT_TRUE(contains(model.refused(), "linear"));
}

TEST(NeoxLayout, APartOfNoWholePairIsRefused) {
  for (const double part : {0.0, 0.05, 0.4, 1.5, -0.25}) {
    ModelFolder model("hf_neox");
    model.config["rope_parameters"]["partial_rotary_factor"] = part;
    model.refused();
  }
}

TEST(NeoxLayout, TheResidualIsParallelUnlessSaid) {
  ModelFolder model("hf_neox");
  model.config.erase("use_parallel_residual");
  EXPECT_EQ(model_word(model.read(), "parallel_attn_mlp"), true);
  model.config["use_parallel_residual"] = false;
  EXPECT_EQ(model_word(model.read(), "parallel_attn_mlp"), false);
}

TEST(NeoxLayout, WithoutAttentionBiasesTheyAreZero) {
  ModelFolder model("hf_neox");
  model.config["attention_bias"] = false;
  EXPECT_TRUE(contains(model.refused(), ".bias"));
  for (const std::string layer : {"0", "1"}) {
    model.remove("gpt_neox.layers." + layer + ".attention.query_key_value.bias");
    model.remove("gpt_neox.layers." + layer + ".attention.dense.bias");
  }
  const Checkpoint checkpoint = model.read();
  EXPECT_EQ(parameter(checkpoint, "blocks.1.attn.b_V").values, std::vector<float>(32));
  EXPECT_EQ(parameter(checkpoint, "blocks.1.attn.b_V").shape, (std::vector<int64_t>{4, 8}));
  EXPECT_EQ(parameter(checkpoint, "blocks.1.attn.b_O").values, std::vector<float>(32));
}

TEST(NeoxLayout, MasksAndTablesOfAnglesAreNoWeights) {
  ModelFolder model("hf_neox");
  const std::string attention = "gpt_neox.layers.0.attention.";
  model.tensors.push_back({attention + "bias", {1, 1, 2, 2}, {1, 0, 1, 1}});
  model.tensors.push_back({attention + "masked_bias", {}, {-1e9F}});
  model.tensors.push_back({attention + "rotary_emb.inv_freq", {1}, {1}});
  expect_same_parameters(model.read(), read_hugging_face(golden_folder("hf_neox")));
}

}  // namespace
}  // namespace kairo
