#include "hooks/hook_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/paths.h"

namespace kairo {
namespace {

HookTableShape shape(int64_t n_layers) {
  HookTableShape result;
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
  std::ifstream file(source_dir() + "/tests/hooks/transformerlens_points.json");
  return nlohmann::json::parse(file).at("points").at(model);
}

// The ordered list of names is a contract: what TransformerLens fires, in the order it first does.
TEST(HookTable, NamesAndOrderAreTransformerLenss) {
  HookTableShape words = shape(2);
  EXPECT_EQ(HookTable(words).names(), transformerlens_points("standard"));
  words.rotary = true;
  EXPECT_EQ(HookTable(words).names(), transformerlens_points("rotary"));
  words.parallel_attn_mlp = true;
  EXPECT_EQ(HookTable(words).names(), transformerlens_points("rotary_parallel"));
  words = shape(2);
  words.attn_only = true;
  EXPECT_EQ(HookTable(words).names(), transformerlens_points("attn_only"));
}

TEST(HookTable, ModelsWithoutAPartLackItsPoints) {
  HookTableShape attn_only = shape(2);
  attn_only.attn_only = true;
  EXPECT_FALSE(contains(HookTable(attn_only), "blocks.0.hook_resid_mid"));
  EXPECT_FALSE(contains(HookTable(attn_only), "blocks.1.mlp.hook_pre"));
  HookTableShape parallel = shape(1);
  parallel.parallel_attn_mlp = true;
  EXPECT_FALSE(contains(HookTable(parallel), "blocks.0.hook_resid_mid"));
  EXPECT_TRUE(contains(HookTable(parallel), "blocks.0.hook_mlp_in"));
  HookTableShape rotary = shape(1);
  rotary.rotary = true;
  EXPECT_TRUE(contains(HookTable(rotary), "blocks.0.attn.hook_rot_q"));
  EXPECT_FALSE(contains(HookTable(rotary), "hook_pos_embed"));
  HookTableShape no_norm = shape(1);
  no_norm.has_norm = false;
  EXPECT_FALSE(contains(HookTable(no_norm), "blocks.0.ln1.hook_scale"));
}

TEST(HookTable, StarLeavesPointsOnRequestOutUnlessTheirWordIsSpelled) {
  const HookTable table(shape(4));
  for (const int64_t point : table.match("*")) EXPECT_FALSE(table.points()[point].on_request);
  EXPECT_EQ(table.match("*").size(), 74U);  // what TransformerLens caches of four layers
  EXPECT_EQ(table.match("*hook_result").size(), 4U);
  EXPECT_EQ(table.match("blocks.2.hook_mlp_in").size(), 1U);
}

TEST(HookTable, PatternWithoutAMatchNamesTheNearest) {
  try {
    HookTable(shape(1)).match("blocks.0.attn.hook_patern");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_NE(std::string(error.what()).find("blocks.0.attn.hook_pattern"), std::string::npos);
  }
}

TEST(HookTable, GlobMatchesStarsAndQuestionMarks) {
  EXPECT_TRUE(glob_matches("blocks.*.hook_resid_p*", "blocks.11.hook_resid_post"));
  EXPECT_TRUE(glob_matches("a?c", "abc"));
  EXPECT_FALSE(glob_matches("a?c", "ac"));
  EXPECT_FALSE(glob_matches("blocks.1.*", "blocks.11.hook_resid_pre"));
  EXPECT_TRUE(glob_matches("blocks.[02].hook_mlp_out", "blocks.2.hook_mlp_out"));
  EXPECT_FALSE(glob_matches("blocks.[02].hook_mlp_out", "blocks.1.hook_mlp_out"));
  EXPECT_FALSE(glob_matches("a\\b", "ab"));  // a backslash is itself
  EXPECT_TRUE(glob_matches("*", ""));
}

}  // namespace
}  // namespace kairo
