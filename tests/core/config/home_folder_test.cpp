#include "core/config/home_folder.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/error.h"

namespace kairo {
namespace {

// `output.base_dir=~/runs` made a folder named ~: a shell expands it only at a word's beginning.
TEST(HomeFolder, StandsForALeadingTilde) {
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(expand_home("~"), "/home/me");
  EXPECT_EQ(expand_home("~/runs/a"), "/home/me/runs/a");
  EXPECT_EQ(expand_home("~root/runs"), std::string(::getpwnam("root")->pw_dir) + "/runs");
}

TEST(HomeFolder, IsTheUsersEntryWithoutTheVariable) {
  ::unsetenv("HOME");
  EXPECT_EQ(expand_home("~/x"), std::string(::getpwuid(::getuid())->pw_dir) + "/x");
}

TEST(HomeFolder, LeavesOtherPathsAlone) {
  for (const char* path : {"", "runs", "./~", "a/~/b", "/~", "runs~"}) {
    EXPECT_EQ(expand_home(path), path);
  }
}

TEST(HomeFolder, OfNobodyIsRefused) {
  try {
    expand_home("~no_such_user_here/x");
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_NE(std::string(error.what()).find("no_such_user_here"), std::string::npos);
  }
}

}  // namespace
}  // namespace kairo
