#include "core/base/error.h"

#include <gtest/gtest.h>

#include "core/base/nearest_name.h"

namespace kairo {
namespace {

TEST(Error, SaysWhereExpectedCameAndHintInOneLine) {
  const Error error = Error(ErrorKind::kConfig)
                          .at("base.yaml:3")
                          .expected("an integer")
                          .came("'ten'")
                          .hint("write 10");
  EXPECT_STREQ(error.what(), "base.yaml:3: expected an integer, got 'ten' (write 10)");
  EXPECT_EQ(error.kind(), ErrorKind::kConfig);
}

// A line break in a user's name used to break the message.
TEST(Error, StaysOneLineWhateverANameHolds) {
  EXPECT_STREQ(Error(ErrorKind::kNotFound).at("a\nb").expected("a name").came("none").what(),
               "a b: expected a name, got none");
}

TEST(Error, LeavesEmptyPartsOut) {
  EXPECT_STREQ(Error(ErrorKind::kIo).at("a.h5").fact("no space left").what(),
               "a.h5: no space left");
}

TEST(NearestName, DistanceCountsInsertionsDeletionsSubstitutionsAndSwaps) {
  EXPECT_EQ(edit_distance("data.k", "data.k"), 0);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("ab", "ba"), 1);
  EXPECT_EQ(edit_distance("", "abc"), 3);
}

TEST(NearestName, OffersTheNearestAndStaysSilentWhereNothingIsNear) {
  const std::vector<std::string> names = {"hook_resid_pre", "hook_resid_mid", "hook_mlp_out"};
  EXPECT_EQ(nearest_names("hook_resid_per", names)[0], "hook_resid_pre");
  EXPECT_EQ(did_you_mean("zzzzzzzzzzzzzzzzzzzzz", names), "");
  EXPECT_EQ(did_you_mean("mlp_out", names), "did you mean hook_mlp_out?");
}

TEST(Error, ReadsWhereFactAndWayOut) {
  const Error error = Error(ErrorKind::kUsage)
                          .at("k10")
                          .fact("a run of this name already exists in outputs/")
                          .hint("resume it with --resume auto");
  EXPECT_EQ(error.kind(), ErrorKind::kUsage);
  EXPECT_STREQ(error.what(),
               "k10: a run of this name already exists in outputs/ (resume it with --resume auto)");
}

TEST(Error, ComparesValuesByExpectedAndGot) {
  const Error error =
      Error(ErrorKind::kShape).at("tokens").expected("int64 [batch, pos]").came("float32 [3]");
  EXPECT_STREQ(error.what(), "tokens: expected int64 [batch, pos], got float32 [3]");
  EXPECT_STREQ(Error(ErrorKind::kIo).fact("the disk is full").hint("").what(), "the disk is full");
}

}  // namespace
}  // namespace kairo
