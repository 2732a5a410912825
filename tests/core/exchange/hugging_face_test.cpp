// Imported models against what transformers computed with them (tests/golden/hf_*).
#include "core/exchange/hugging_face.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/exchange/layout.h"
#include "core/model/cached_run.h"
#include "core/model/transformer/layout.h"
#include "core/model/transformer/transformer.h"
#include "tests/core/exchange/model_folder.h"
#include "tests/core/model/golden.h"

namespace kairo {
namespace {

TEST(Rearranged, ReadsByShapeStridesAndOffset) {
  // Two heads of width 1 of the middle third of [in 2, 3 * heads * width].
  const std::vector<float> fused = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
  const NamedArray heads = rearranged("W_K", fused, {{2, 2, 1}, {1, 6, 1}, 2});
  EXPECT_EQ(heads.shape, (std::vector<int64_t>{2, 2, 1}));
  EXPECT_EQ(heads.values, (std::vector<float>{2, 12, 3, 13}));
}

TEST(Rearranged, TransposedSwapsRowsAndColumns) {
  const NamedArray array = transposed("W", {1, 2, 3, 4, 5, 6}, 2, 3);
  EXPECT_EQ(array.shape, (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(array.values, (std::vector<float>{1, 4, 2, 5, 3, 6}));
}

class HuggingFace : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Goldens, HuggingFace, testing::Values("hf_gpt2", "hf_neox"),
                         [](const auto& info) { return info.param; });

TEST_P(HuggingFace, LogitsAndHiddenStatesAreThoseOfTransformers) {
  const std::string folder = golden_folder(GetParam());
  const Transformer model = take_transformer(model_of(read_hugging_face(folder), folder), "a test");
  const Hdf5Reader expected(folder + "/expected.h5");
  const auto floats = [&](const std::string& path) {
    return at::tensor(expected.floats(path)).reshape(expected.shape(path));
  };
  const at::Tensor tokens =
      at::tensor(expected.integers("/tokens")).reshape(expected.shape("/tokens"));
  const CachedRun run = run_with_cache(model, tokens);
  double largest = relative_error(run.logits, floats("/logits"));
  EXPECT_LT(largest, 1e-5);
  const int64_t layers = model.options().n_layers;
  ASSERT_EQ(expected.children("/hidden_states").size(), static_cast<std::size_t>(layers) + 1);
  for (int64_t layer = 0; layer <= layers; ++layer) {
    const std::string point =
        layer < layers ? "blocks." + std::to_string(layer) + ".hook_resid_pre" : "unembed.hook_in";
    const double error =
        relative_error(run.cache[point], floats("/hidden_states/" + std::to_string(layer)));
    EXPECT_LT(error, 1e-5) << point;
    largest = std::max(largest, error);
  }
  RecordProperty("largest_relative_error", std::to_string(largest * 1e6) + "e-6");
}

TEST_P(HuggingFace, ParametersAreAllOfTheModelsAndNoOther) {
  const Checkpoint checkpoint = read_hugging_face(golden_folder(GetParam()));
  const FlatParameters expected =
      transformer_parameters(transformer_options_from_json(checkpoint.model_json, "golden"));
  ASSERT_EQ(checkpoint.parameters.size(), expected.views().size());
  for (const NamedArray& array : checkpoint.parameters) {
    EXPECT_EQ(array.shape, expected.view(array.name).shape) << array.name;
  }
  EXPECT_EQ(checkpoint.experiment, GetParam());
  EXPECT_EQ(checkpoint.step, 0);
}

TEST_P(HuggingFace, EachMissingTensorIsNamed) {
  const ModelFolder whole(GetParam());
  for (const NamedArray& each : whole.tensors) {
    ModelFolder model(GetParam());
    model.remove(each.name);
    const std::string text = model.refused();
    EXPECT_TRUE(contains(text, each.name)) << text;
  }
}

TEST_P(HuggingFace, EachWrongShapeIsNamedWithBothShapes) {
  const ModelFolder whole(GetParam());
  for (const NamedArray& each : whole.tensors) {
    ModelFolder model(GetParam());
    model.tensor(each.name).shape.push_back(1);
    const std::string text = model.refused();
    EXPECT_TRUE(contains(text, each.name) && contains(text, ", 1]")) << text;
  }
}

TEST_P(HuggingFace, ALeftOverTensorIsNamed) {
  ModelFolder model(GetParam());
  model.tensors.push_back({"score.weight", {2, 32}, std::vector<float>(64)});
  const std::string text = model.refused();
  EXPECT_TRUE(contains(text, "score.weight") && contains(text, "[2, 32]")) << text;
}

TEST_P(HuggingFace, ANanIsNamed) {
  ModelFolder model(GetParam());
  model.tensors.at(5).values.at(3) = NAN;
  EXPECT_TRUE(contains(model.refused(), model.tensors.at(5).name));
}

TEST_P(HuggingFace, AnUnknownArchitectureNamesThoseThatAreKnown) {
  ModelFolder model(GetParam());
  model.config["model_type"] = "llama";
  const std::string text = model.refused();
  EXPECT_TRUE(contains(text, "llama") && contains(text, "gpt2, gpt_neox")) << text;
}

TEST_P(HuggingFace, AConfigThatMakesNoSenseIsRefusedByWord) {
  const bool gpt2 = GetParam() == "hf_gpt2";
  const std::vector<std::pair<std::string, nlohmann::json>> edits = {
      {gpt2 ? "n_embd" : "hidden_size", int64_t{1} << 62},
      {gpt2 ? "n_head" : "num_attention_heads", 5},
      {gpt2 ? "n_head" : "num_attention_heads", 0},
      {gpt2 ? "n_layer" : "num_hidden_layers", -1},
      {gpt2 ? "n_positions" : "max_position_embeddings", "24"},
      {gpt2 ? "activation_function" : "hidden_act", "mish"},
      {"vocab_size", nullptr},
      {"vocab_size", 1.5},
      {"tie_word_embeddings", "yes"}};
  for (const auto& [word, value] : edits) {
    ModelFolder model(GetParam());
    model.config[word] = value;
    EXPECT_TRUE(contains(model.refused(), word));
  }
}

TEST(HuggingFaceFolder, SaysWhatIsMissing) {
  const ModelFolder model("hf_gpt2");
  error_of(ErrorKind::kNotFound, [&] { read_hugging_face(model.file("none")); });
  EXPECT_TRUE(contains(error_of(ErrorKind::kNotFound, [&] { read_hugging_face(model.path()); }),
                       "config.json"));
  model.write_config();
  EXPECT_TRUE(contains(error_of(ErrorKind::kNotFound, [&] { read_hugging_face(model.path()); }),
                       "safe_serialization"));
  write_file_atomically(model.file("config.json"), "{\"model_type\":");
  error_of(ErrorKind::kCorrupt, [&] { read_hugging_face(model.path()); });
}

}  // namespace
}  // namespace kairo
