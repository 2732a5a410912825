#include "programs/sweep/cell_progress.h"

#include <gtest/gtest.h>

#include "core/files/atomic_file.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

// A sweep was silent for as long as its first cell took.
TEST(CellProgress, IsTheNewestLineOfTheProgramThatRunsNow) {
  const ProgramRunner runner;
  const std::string log = runner.folder() + "/log";
  EXPECT_EQ(last_progress(log), "");
  std::string text =
      "$ train --config quick\n"
      "12:00:01 info training quick: disambiguation, 1 layers, in outputs/s/k1\n"
      "12:00:02 info 1/400  loss 4.0536\n"
      "12:00:12 info 210/400  loss 1.5080  0:18 left\n"
      "12:00:13 warning the disk is nearly full\n";
  write_file_atomically(log, text);
  EXPECT_EQ(last_progress(log), "210/400  loss 1.5080  0:18 left");
  text += "$ analyze --experiment k1\n";
  write_file_atomically(log, text);
  EXPECT_EQ(last_progress(log), "");
  text += "12:00:20 info probes  3/12 checkpoints  logit_lens\n";
  write_file_atomically(log, text);
  EXPECT_EQ(last_progress(log), "probes  3/12 checkpoints  logit_lens");
}

TEST(CellProgress, WorkIsAWord) {
  EXPECT_EQ(work_of({"/usr/bin/train", "--config", "x"}), "training");
  EXPECT_EQ(work_of({"analyze"}), "analyzing");
  EXPECT_EQ(work_of({"bin/probe_logit_lens"}), "probe_logit_lens");
}

}  // namespace
}  // namespace kairo
