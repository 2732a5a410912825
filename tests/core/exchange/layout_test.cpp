// The ways in which GPT-2 and GPT-NeoX folders differ among themselves.
#include <gtest/gtest.h>

#include <cmath>
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

// Was copied into a parameter of its own: a GPT-2 small of 163,087,441 numbers, trained on as
// another model.
TEST(Gpt2Layout, ATiedUnembeddingStaysTiedAndHasNoBias) {
  const Checkpoint checkpoint = read_hugging_face(golden_folder("hf_gpt2"));
  EXPECT_EQ(model_word(checkpoint, "tie_embeddings"), true);
  EXPECT_EQ(model_word(checkpoint, "unembed_bias"), false);
  for (const NamedArray& each : checkpoint.parameters) {
    EXPECT_FALSE(contains(each.name, "unembed")) << each.name;
  }
}

TEST(Gpt2Layout, DropoutIsTakenIntoTheWordsWithTransformersDefaults) {
  ModelFolder model("hf_gpt2");
  model.config.erase("embd_pdrop");
  model.config["attn_pdrop"] = 0.25;
  model.config["resid_pdrop"] = 0;
  const Checkpoint checkpoint = model.read();
  EXPECT_EQ(model_word(checkpoint, "embed_dropout"), 0.1);
  EXPECT_EQ(model_word(checkpoint, "attn_dropout"), 0.25);
  EXPECT_EQ(model_word(checkpoint, "resid_dropout"), 0);
  ModelFolder neox("hf_neox");
  neox.config["hidden_dropout"] = 0.5;
  EXPECT_EQ(model_word(neox.read(), "embed_dropout"), 0.5);
  EXPECT_EQ(model_word(neox.read(), "resid_dropout"), 0.5);
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
  const Checkpoint checkpoint = model.read();
  EXPECT_EQ(parameter(checkpoint, "unembed.W_U").values.at(61), 7);
  EXPECT_EQ(model_word(checkpoint, "tie_embeddings"), false);
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
       std::map<std::string, nlohmann::json>{{"add_cross_attention", true},
                                             {"is_causal", false},
                                             {"pruned_heads", {{"0", {1}}}},
                                             {"quantization_config", {{"load_in_4bit", true}}}}) {
    ModelFolder model("hf_gpt2");
    model.config[word] = value;
    EXPECT_TRUE(contains(model.refused(), word));
  }
}

// Both were refused: CRFM's and codeparrot's models have them.
TEST(Gpt2Layout, TheScaleOfScoresIsInTheQueries) {
  const Checkpoint plain = read_hugging_face(golden_folder("hf_gpt2"));
  ModelFolder model("hf_gpt2");
  model.config["scale_attn_weights"] = false;
  model.config["scale_attn_by_inverse_layer_idx"] = true;
  const Checkpoint scaled = model.read();
  const auto factor = static_cast<float>(std::sqrt(8.0) / 2);  // d_head 8, the second block
  for (const std::string name : {"W_Q", "b_Q"}) {
    const std::vector<float>& before = parameter(plain, "blocks.1.attn." + name).values;
    const std::vector<float>& after = parameter(scaled, "blocks.1.attn." + name).values;
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i], before[i] * factor);
  }
  EXPECT_EQ(parameter(scaled, "blocks.1.attn.W_K").values,
            parameter(plain, "blocks.1.attn.W_K").values);
  EXPECT_EQ(scaled.model_json, plain.model_json);
}

// Words that are missing were refused, though transformers has a default for each.
TEST(Gpt2Layout, MissingWordsHaveTransformersDefaults) {
  ModelFolder model("hf_gpt2");
  model.config = {{"model_type", "gpt2"}};
  const std::string text = model.refused();
  EXPECT_TRUE(contains(text, "wte.weight") && contains(text, "[50257, 768]")) << text;
}

TEST(Gpt2Layout, SizesMayHaveTheNamesOfAllModels) {
  ModelFolder model("hf_gpt2");
  model.config["hidden_size"] = model.config["n_embd"];
  model.config.erase("n_embd");
  EXPECT_EQ(model_word(model.read(), "d_model"), 32);
  model.config["num_hidden_layers"] = 1;
  EXPECT_TRUE(contains(model.refused(), "num_hidden_layers: expected the same as n_layer"));
}

// A word that nobody knew was ignored, whatever the model did with it.
TEST(ConfigWords, AnUnknownWordIsRefusedByName) {
  for (const std::string golden : {"hf_gpt2", "hf_neox"}) {
    ModelFolder model(golden);
    model.config["residual_scale"] = 2;
    EXPECT_TRUE(contains(model.refused(), "config.json: residual_scale: this word is unknown"));
    model.config.erase("residual_scale");
    model.config["_note"] = "x";
    model.config["temperature"] = 2;
    model.read();
  }
}

// Python writes NaN and long integers into JSON; the whole file was called no JSON.
TEST(ConfigWords, WhatOnlyPythonTakesForANumberHarmsItsWordAlone) {
  ModelFolder model("hf_gpt2");
  model.read();
  const std::string config = read_file(model.file("config.json"));
  const auto with = [&](const std::string& words) {
    write_file_atomically(model.file("config.json"), "{" + words + "," + config.substr(1));
  };
  with("\"initializer_range\":NaN,\"top_k\":-Infinity,\"task\":\"NaN \\\" 1\",\"max_length\":1" +
       std::string(400, '0'));
  read_hugging_face(model.path());
  const std::string without = R"("layer_norm_epsilon":)";
  std::string changed = config;
  const std::size_t at = changed.find(without) + without.size();
  changed.replace(at, changed.find_first_of(",}", at) - at, "Infinity");
  write_file_atomically(model.file("config.json"), changed);
  std::string text = error_of(ErrorKind::kCorrupt, [&] { read_hugging_face(model.path()); });
  EXPECT_TRUE(contains(text, "layer_norm_epsilon") && contains(text, "Infinity")) << text;
  write_file_atomically(model.file("config.json"), "{\n\"a\": NaN,\n\"b\" 1}");
  text = error_of(ErrorKind::kCorrupt, [&] { read_hugging_face(model.path()); });
  EXPECT_TRUE(contains(text, "line 3")) << text;
}

// Only "transformer." and nothing were known; torch.compile and DistributedDataParallel add more.
TEST(Prefixes, NamesMayStandInsideWrappersAndOtherModules) {
  for (const std::string golden : {"hf_gpt2", "hf_neox"}) {
    for (const std::string front : {"_orig_mod.", "module.", "module._orig_mod.", "model."}) {
      ModelFolder model(golden);
      for (NamedArray& each : model.tensors) each.name = front + each.name;
      expect_same_parameters(model.read(), read_hugging_face(golden_folder(golden)));
    }
  }
  ModelFolder two("hf_gpt2");
  const std::vector<NamedArray> tensors = two.tensors;
  for (NamedArray each : tensors) {
    each.name = "critic." + each.name;
    two.tensors.push_back(each);
  }
  EXPECT_TRUE(contains(two.refused(), "more than one model"));
}

// A tied model whose file has only the head was refused.
TEST(Prefixes, OneOfTwoTiedTensorsIsEnough) {
  ModelFolder model("hf_gpt2");
  model.tensor("transformer.wte.weight").name = "lm_head.weight";
  expect_same_parameters(model.read(), read_hugging_face(golden_folder("hf_gpt2")));
  ModelFolder neox("hf_neox");
  neox.tensor("embed_out.weight").name = "lm_head.weight";  // its name inside transformers 5
  expect_same_parameters(neox.read(), read_hugging_face(golden_folder("hf_neox")));
}

TEST(LfsPointers, AreNamedInEveryFileOfAFolder) {
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1234\n";
  for (const std::string file : {"config.json", "model.safetensors"}) {
    const ModelFolder model("hf_gpt2");
    model.read();
    write_file_atomically(model.file(file), pointer);
    const std::string text =
        error_of(ErrorKind::kCorrupt, [&] { read_hugging_face(model.path()); });
    EXPECT_TRUE(contains(text, file) && contains(text, "git lfs pull")) << text;
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

// The base and the share in rope_scaling were ignored.
TEST(NeoxLayout, RopeScalingCountsInsteadOfRopeParameters) {
  ModelFolder model("hf_neox");
  model.config["rope_scaling"] = {{"rope_type", "default"}, {"rope_theta", 100}};
  model.config["rotary_pct"] = 0.5;
  const Checkpoint checkpoint = model.read();
  EXPECT_EQ(model_word(checkpoint, "rotary_base"), 100);
  EXPECT_EQ(model_word(checkpoint, "rotary_dim"), 4);
  model.config["rope_theta"] = 200;
  EXPECT_TRUE(contains(model.refused(), "rope_theta"));
  model.config["rope_theta"] = 100;
  model.config["rope_scaling"]["sections"] = {1, 2};
  EXPECT_TRUE(contains(model.refused(), "rope_scaling: sections"));
}

// 3 of 8 dimensions: transformers turns 4, by 1 and base^(-2/3).
TEST(NeoxLayout, AnOddPartIsRoundedUpWithTheSameAngles) {
  ModelFolder model("hf_neox");
  model.config["rope_parameters"]["partial_rotary_factor"] = 0.4;
  model.config["rope_parameters"]["rope_theta"] = 1000;
  const Checkpoint checkpoint = model.read();
  EXPECT_EQ(model_word(checkpoint, "rotary_dim"), 4);
  EXPECT_NEAR(model_word(checkpoint, "rotary_base").get<double>(), 10000, 1e-8);
}

TEST(NeoxLayout, APartOfNoDimensionOrMoreThanAllIsRefused) {
  for (const double part : {0.0, 0.05, 1.5, -0.25}) {
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
