// Weights in several files with an index.
#include <gtest/gtest.h>

#include "tests/core/exchange/model_folder.h"

namespace kairo {
namespace {

class Shards : public testing::Test {
 protected:
  // Every third tensor to each of three files.
  Shards() {
    model_.write_config();
    std::vector<std::vector<NamedArray>> parts(3);
    for (std::size_t i = 0; i < model_.tensors.size(); ++i) {
      parts[i % 3].push_back(model_.tensors[i]);
      index_["weight_map"][model_.tensors[i].name] = shard(i % 3);
    }
    for (std::size_t i = 0; i < 3; ++i) write_safetensors(model_.file(shard(i)), parts[i], {});
  }
  static std::string shard(std::size_t i) {
    return "model-0000" + std::to_string(i + 1) + "-of-00003.safetensors";
  }
  Checkpoint read() const {
    write_file_atomically(model_.file("model.safetensors.index.json"), index_.dump());
    return read_hugging_face(model_.path());
  }

  ModelFolder model_{"hf_neox"};
  nlohmann::json index_ = {{"metadata", {{"total_size", 1}}}};
};

TEST_F(Shards, GiveTheSameModelAsOneFile) {
  expect_same_parameters(read(), read_hugging_face(golden_folder("hf_neox")));
}

TEST_F(Shards, AMissingFileIsNamed) {
  std::filesystem::remove(model_.file(shard(1)));
  EXPECT_TRUE(contains(error_of(ErrorKind::kNotFound, [&] { read(); }), shard(1)));
}

TEST_F(Shards, ATensorThatIsNotWhereTheIndexSaysIsNamed) {
  const std::string name = model_.tensors[0].name;
  index_["weight_map"][name] = shard(1);
  EXPECT_TRUE(contains(error_of(ErrorKind::kCorrupt, [&] { read(); }), name));
}

TEST_F(Shards, ATensorInTwoFilesIsNamed) {
  write_safetensors(model_.file("more.safetensors"), {model_.tensors[0]}, {});
  index_["weight_map"][model_.tensors[0].name] = "more.safetensors";
  EXPECT_TRUE(contains(error_of(ErrorKind::kCorrupt, [&] { read(); }), model_.tensors[0].name));
}

TEST_F(Shards, AnIndexCannotLeaveTheFolder) {
  for (const nlohmann::json& file :
       {nlohmann::json("../x.safetensors"), nlohmann::json("/x.safetensors"),
        nlohmann::json("config.json"), nlohmann::json(7)}) {
    index_["weight_map"][model_.tensors[0].name] = file;
    EXPECT_TRUE(contains(error_of(ErrorKind::kCorrupt, [&] { read(); }), "same folder"));
  }
}

TEST_F(Shards, AnIndexWithoutAMapIsRefused) {
  for (const nlohmann::json& map :
       {nlohmann::json(nullptr), nlohmann::json::object(), nlohmann::json(1)}) {
    index_["weight_map"] = map;
    error_of(ErrorKind::kCorrupt, [&] { read(); });
  }
}

}  // namespace
}  // namespace kairo
