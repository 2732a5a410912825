#include "core/store/run_state.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/files/atomic_file.h"
#include "core/files/work_lock.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

class RunState : public testing::Test {
 protected:
  RunState() { create_folder(run_.root()); }
  void say(const std::string& text) const { std::ofstream(run_.run_file()) << text; }

  TemporaryFolder folder_;
  RunDirectory run_{folder_.path(), "k10"};
};

// A run that was killed said "running" for ever, and nobody told it from one at work.
TEST_F(RunState, OfARunThatSaysRunningIsItsLocks) {
  say(R"({"status": "running"})");
  EXPECT_EQ(run_life(run_), RunLife::kLost);
  EXPECT_TRUE(contains(unfinished_text(run_), "killed")) << unfinished_text(run_);
  {
    WorkLock lock(run_.train_lock());
    lock.take("training this run");
    EXPECT_EQ(run_life(run_), RunLife::kAtWork);
    EXPECT_TRUE(contains(unfinished_text(run_), "goes on")) << unfinished_text(run_);
  }
  std::ofstream(run_.train_lock()) << "node17 4242\n";
  EXPECT_EQ(run_life(run_), RunLife::kUnknown);
}

TEST_F(RunState, OfOneThatEndedIsWhatItSays) {
  say(R"({"status": "finished"})");
  EXPECT_EQ(run_life(run_), RunLife::kEnded);
  EXPECT_EQ(unfinished_text(run_), "");
  say(R"({"status": "interrupted"})");
  EXPECT_TRUE(contains(unfinished_text(run_), "--resume auto")) << unfinished_text(run_);
}

TEST_F(RunState, IsUnknownWithoutAFileThatCanBeUnderstood) {
  EXPECT_EQ(run_life(run_), RunLife::kUnknown);
  for (const char* text : {"", "[]", "{", R"({"status": 3})", "{}"}) {
    say(text);
    EXPECT_EQ(run_life(run_), RunLife::kUnknown) << text;
    EXPECT_EQ(unfinished_text(run_), "") << text;
  }
}

}  // namespace
}  // namespace kairo
