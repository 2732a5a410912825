#include "core/store/trajectory.h"

#include <gtest/gtest.h>

#include "core/files/atomic_file.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

std::vector<TrajectoryPoint> run_with(const std::vector<int64_t>& steps) {
  std::vector<TrajectoryPoint> points;
  for (int64_t step : steps) points.push_back({step, checkpoint_file_name(step)});
  return points;
}

std::vector<int64_t> selected(const std::vector<int64_t>& steps, const std::string& selection) {
  std::vector<int64_t> chosen;
  for (const TrajectoryPoint& point : select_steps(run_with(steps), selection)) {
    chosen.push_back(point.step);
  }
  return chosen;
}

using Steps = std::vector<int64_t>;
const Steps kRun = {0, 200, 400, 450, 600, 800};

TEST(Trajectory, FileNamesHaveEightDigits) {
  EXPECT_EQ(checkpoint_file_name(200), "step_00000200.h5");
  EXPECT_EQ(checkpoint_file_name(1234567890), "step_1234567890.h5");
}

TEST(Trajectory, CheckpointsAreFoundByStepAndForeignFilesPassedOver) {
  const TemporaryFolder folder;
  for (const char* name :
       {"step_1234567890.h5", "step_00000200.h5", "step_00000000.h5", ".step_00000400.h5.tmp.1.0",
        "step_00000400.h5.bak", "step_.h5", "step_200.h5", "step_-0000200.h5", "step_0000020x.h5",
        "notes.txt", "step_99999999999999999999.h5"}) {
    write_file_atomically(folder.file(name), "");
  }
  const std::vector<TrajectoryPoint> found = find_checkpoints(folder.path());
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].step, 0);
  EXPECT_EQ(found[1].step, 200);
  EXPECT_EQ(found[1].path, folder.file("step_00000200.h5"));
  EXPECT_EQ(found[2].step, 1234567890);
}

TEST(Trajectory, AMissingOrEmptyFolderSaysWhatToDo) {
  const TemporaryFolder folder;
  for (const std::string& path : {folder.path(), folder.file("nowhere")}) {
    const std::string text = error_of(ErrorKind::kNotFound, [&] { find_checkpoints(path); });
    EXPECT_TRUE(contains(text, path) && contains(text, "train")) << text;
  }
}

TEST(StepSelection, SingleStepsAndLists) {
  EXPECT_EQ(selected(kRun, "200"), (Steps{200}));
  EXPECT_EQ(selected(kRun, "600,0,600"), (Steps{0, 600}));
  EXPECT_EQ(selected(kRun, "first"), (Steps{0}));
  EXPECT_EQ(selected(kRun, "last,first"), (Steps{0, 800}));
  EXPECT_EQ(selected(kRun, ""), kRun);
}

TEST(StepSelection, RangesHaveBothEndsIn) {
  EXPECT_EQ(selected(kRun, "200:600"), (Steps{200, 400, 450, 600}));
  EXPECT_EQ(selected(kRun, "450:"), (Steps{450, 600, 800}));
  EXPECT_EQ(selected(kRun, ":200"), (Steps{0, 200}));
  EXPECT_EQ(selected(kRun, ":"), kRun);
  EXPECT_EQ(selected(kRun, "0:200,last"), (Steps{0, 200, 800}));
}

TEST(StepSelection, StridesCountStepsFromTheStart) {
  EXPECT_EQ(selected(kRun, "0:800:400"), (Steps{0, 400, 800}));
  EXPECT_EQ(selected(kRun, "200::200"), (Steps{200, 400, 600, 800}));
  EXPECT_EQ(selected(kRun, "50:800:200"), (Steps{450}));
  EXPECT_EQ(selected({100, 200, 300}, "::200"), (Steps{100, 300}));
}

TEST(StepSelection, WhatMatchesNothingNamesTheRange) {
  for (const char* selection : {"300", "0,300", "900:", "600:200", "50:100:10"}) {
    const std::string text = error_of(ErrorKind::kUsage, [&] { selected(kRun, selection); });
    EXPECT_TRUE(contains(text, "from 0 to 800")) << text;
  }
}

TEST(StepSelection, WhatIsNoSelectionIsRefused) {
  for (const char* selection : {"abc", "-200", "200,", ",", "0:800:0", "0:800:-200", "0:800:x",
                                "0:x", "0:1:2:3", "2e2", " 200", "2\n3", "99999999999999999999"}) {
    error_of(ErrorKind::kUsage, [&] { selected(kRun, selection); });
  }
  error_of(ErrorKind::kUsage, [] { select_steps({}, "last"); });
}

}  // namespace
}  // namespace kairo
