// Folders whose config.json and tokenizer settings were drawn at random
// (tests/golden/random_configs): each gives transformers' logits and ids, or is refused by the word
// for which it cannot be done.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/model/cached_run.h"
#include "core/model/transformer/transformer.h"
#include "core/text/tokenizer.h"
#include "tests/core/exchange/model_folder.h"
#include "tests/core/model/golden.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

const std::string kRandomConfigs = source_dir() + "/tests/golden/random_configs";

// Of the folders that hold tokenizers, or models.
std::vector<std::string> folders(bool tokenizers) {
  std::vector<std::string> names;
  for (const auto& each : fs::directory_iterator(kRandomConfigs)) {
    const std::string name = each.path().filename().string();
    const bool is_tokenizer = name.rfind("tokenizer", 0) == 0;
    if (each.is_directory() && is_tokenizer == tokenizers) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

nlohmann::json expected_of(const std::string& name) {
  return nlohmann::json::parse(read_file(kRandomConfigs + "/" + name + "/expected.json"));
}

template <typename Value>
void append_values(const nlohmann::json& lists, std::vector<Value>& values) {
  if (!lists.is_array()) return values.push_back(lists.get<Value>());
  for (const nlohmann::json& each : lists) append_values(each, values);
}

// [batch, pos, ...] of nested lists.
template <typename Value>
at::Tensor tensor_of(const nlohmann::json& lists) {
  std::vector<int64_t> shape;
  for (const nlohmann::json* each = &lists; each->is_array(); each = &each->front()) {
    shape.push_back(static_cast<int64_t>(each->size()));
  }
  std::vector<Value> values;
  append_values(lists, values);
  return at::tensor(values).reshape(shape);
}

class RandomConfig : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Models, RandomConfig, testing::ValuesIn(folders(/*tokenizers=*/false)),
                         [](const auto& info) { return "m" + info.param; });

TEST_P(RandomConfig, GivesTransformersLogitsOrIsRefusedByWord) {
  const std::string folder = kRandomConfigs + "/" + GetParam();
  const nlohmann::json expected = expected_of(GetParam());
  if (expected.contains("refused")) {
    const auto word = expected["refused"].get<std::string>();
    const std::string text = error_of(ErrorKind::kCorrupt, [&] { read_hugging_face(folder); });
    EXPECT_TRUE(contains(text, "config.json") && contains(text, ": " + word)) << text;
    return;
  }
  const Transformer model = take_transformer(model_of(read_hugging_face(folder), folder), "a test");
  const at::Tensor logits = run_with_cache(model, tensor_of<int64_t>(expected["tokens"])).logits;
  EXPECT_LT(relative_error(logits, tensor_of<float>(expected["logits"])), 1e-5);
}

class RandomTokenizer : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Tokenizers, RandomTokenizer,
                         testing::ValuesIn(folders(/*tokenizers=*/true)),
                         [](const auto& info) { return info.param; });

TEST_P(RandomTokenizer, GivesTransformersIds) {
  const Tokenizer tokenizer = Tokenizer::from_folder(kRandomConfigs + "/" + GetParam());
  for (const nlohmann::json& each : expected_of(GetParam())) {
    EXPECT_EQ(tokenizer.encode(each["text"].get<std::string>()),
              each["ids"].get<std::vector<int64_t>>())
        << each;
  }
}

TEST(RandomConfigs, AreTwentyModelsAndSixTokenizers) {
  EXPECT_EQ(folders(/*tokenizers=*/false).size(), 20u);
  EXPECT_EQ(folders(/*tokenizers=*/true).size(), 6u);
}

}  // namespace
}  // namespace kairo
