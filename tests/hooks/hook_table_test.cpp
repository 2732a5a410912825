#include "hooks/hook_table.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace kairo {
namespace {

HookTable made_table() {
  return HookTable({{"hook_embed", {"batch", "pos", "d_model"}},
                    {"blocks.0.attn.hook_pattern", {"batch", "head", "query_pos", "key_pos"}, 0},
                    {"blocks.0.attn.hook_result", {"batch", "pos", "head", "d_model"}, 0, true}});
}

TEST(HookTable, APointIsFoundByItsName) {
  EXPECT_EQ(made_table().index("blocks.0.attn.hook_pattern"), 1);
  EXPECT_EQ(made_table().index("blocks.1.attn.hook_pattern"), -1);
}

TEST(HookTable, StarLeavesPointsOnRequestOutUnlessTheirWordIsSpelled) {
  EXPECT_EQ(made_table().match("*"), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(made_table().match("*hook_result"), std::vector<int64_t>{2});
}

TEST(HookTable, PatternWithoutAMatchNamesTheNearest) {
  try {
    made_table().match("blocks.0.attn.hook_patern");
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
