#include "core/model/transformer/points.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/paths.h"

namespace kairo {
namespace {

TransformerOptions with_layers(int64_t n_layers) {
  TransformerOptions result;
  result.n_layers = n_layers;
  return result;
}

bool contains(const HookTable& table, const std::string& name) {
  for (const HookPoint& point : table.points()) {
    if (point.name == name) return true;
  }
  return false;
}

std::vector<std::string> transformerlens_points(const std::string& model) {
  std::ifstream file(source_dir() + "/tests/core/model/transformerlens_points.json");
  return nlohmann::json::parse(file).at("points").at(model);
}

// The ordered list of names is a contract: what TransformerLens fires, in the order it first does.
TEST(TransformerPoints, NamesAndOrderAreTransformerLenss) {
  TransformerOptions words = with_layers(2);
  EXPECT_EQ(TransformerPoints(words).table().names(), transformerlens_points("standard"));
  words.positional_embedding_type = PositionalEmbedding::kRotary;
  EXPECT_EQ(TransformerPoints(words).table().names(), transformerlens_points("rotary"));
  words.parallel_attn_mlp = true;
  EXPECT_EQ(TransformerPoints(words).table().names(), transformerlens_points("rotary_parallel"));
  words = with_layers(2);
  words.attn_only = true;
  EXPECT_EQ(TransformerPoints(words).table().names(), transformerlens_points("attn_only"));
}

TEST(TransformerPoints, ModelsWithoutAPartLackItsPoints) {
  TransformerOptions attn_only = with_layers(2);
  attn_only.attn_only = true;
  EXPECT_FALSE(contains(TransformerPoints(attn_only).table(), "blocks.0.hook_resid_mid"));
  EXPECT_FALSE(contains(TransformerPoints(attn_only).table(), "blocks.1.mlp.hook_pre"));
  TransformerOptions parallel = with_layers(1);
  parallel.parallel_attn_mlp = true;
  EXPECT_FALSE(contains(TransformerPoints(parallel).table(), "blocks.0.hook_resid_mid"));
  EXPECT_TRUE(contains(TransformerPoints(parallel).table(), "blocks.0.hook_mlp_in"));
  TransformerOptions rotary = with_layers(1);
  rotary.positional_embedding_type = PositionalEmbedding::kRotary;
  EXPECT_TRUE(contains(TransformerPoints(rotary).table(), "blocks.0.attn.hook_rot_q"));
  EXPECT_FALSE(contains(TransformerPoints(rotary).table(), "hook_pos_embed"));
  TransformerOptions no_norm = with_layers(1);
  no_norm.normalization_type = Normalization::kNone;
  EXPECT_FALSE(contains(TransformerPoints(no_norm).table(), "blocks.0.ln1.hook_scale"));
}

TEST(TransformerPoints, StarLeavesPointsOnRequestOutUnlessTheirWordIsSpelled) {
  const HookTable table = TransformerPoints(with_layers(4)).table();
  for (const int64_t point : table.match("*")) EXPECT_FALSE(table.points()[point].on_request);
  EXPECT_EQ(table.match("*").size(), 74U);  // what TransformerLens caches of four layers
  EXPECT_EQ(table.match("*hook_result").size(), 4U);
  EXPECT_EQ(table.match("blocks.2.hook_mlp_in").size(), 1U);
}

}  // namespace
}  // namespace kairo
