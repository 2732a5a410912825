// Runs in a folder that may only be read: analyze, probes, compare and verify work on them with
// --results-dir, and without it one line names the folder, the cause and the way out.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

// One run whose folder is mounted read-only for a script: root may do so, others where the system
// lets them have a user namespace. File modes would not do, which root passes over.
class ReadOnlyRuns : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(runs());
    if (with_read_only_runs("true").code != 0) {
      GTEST_SKIP() << "needs the right to mount (unshare -m or -rm)";
    }
    const ProgramEnd end =
        runner_.run("train", "--config quick --quiet" + kTinyRun + "--output-dir '" + runs() + "'");
    ASSERT_EQ(end.code, 0) << end.err;
  }

  std::string runs() const { return runner_.folder() + "/runs"; }
  std::string mine() const { return runner_.folder() + "/mine"; }

  ProgramEnd with_read_only_runs(const std::string& script) const {
    return runner_.shell(
        "unshare -m true 2>/dev/null && own=-m || own=-rm; unshare $own sh -c '"
        "mount --bind " +
        runs() + " " + runs() + " && mount -o remount,ro,bind " + runs() + " || exit 99; " +
        script + "'");
  }
  ProgramEnd run(const std::string& program, const std::string& arguments,
                 bool results_elsewhere = true) const {
    return with_read_only_runs("cd " + source_dir() + " && " + bin_dir() + "/" + program + " " +
                               arguments + " --quiet --output-dir " + runs() +
                               (results_elsewhere ? " --results-dir " + mine() : ""));
  }

  static void expect_refused(const ProgramEnd& end, const std::string& folder) {
    EXPECT_EQ(end.code, 1) << end.err;
    EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
    EXPECT_EQ(end.err.rfind("error: " + folder + ": ", 0), 0U) << end.err;
    for (const char* words : {"Read-only file system", "--results-dir DIR"}) {
      EXPECT_NE(end.err.find(words), std::string::npos) << end.err;
    }
  }

  ProgramRunner runner_;
};

// compare could not be used at all: it writes beside the runs.
TEST_F(ReadOnlyRuns, AreAnalyzedComparedAndVerifiedWithResultsElsewhere) {
  for (const auto& [program, arguments] : {std::pair{"analyze", "--experiment quick"},
                                           {"probe_head_scores", "--experiment quick"},
                                           {"verify", "--experiment quick"},
                                           {"compare", "quick"}}) {
    const ProgramEnd end = run(program, arguments);
    EXPECT_EQ(end.code, 0) << program << ": " << end.err;
    EXPECT_EQ(end.err, "") << program;
  }
  EXPECT_TRUE(fs::exists(mine() + "/quick/probes/head_scores/default.h5"));
  EXPECT_TRUE(fs::exists(mine() + "/comparison/quick/comparison.html"));
  const std::string report = read_file(mine() + "/quick/report.md");
  EXPECT_NE(report.find("[config.yaml](../../runs/quick/config.yaml)"), std::string::npos)
      << "the report links to the run's configuration";
}

TEST_F(ReadOnlyRuns, AreRefusedInOneLineThatNamesTheWayOut) {
  for (const char* program : {"analyze", "probe_performance"}) {
    expect_refused(run(program, "--experiment quick", false), runs() + "/quick");
  }
}

// The owner of the runs analyzed them; the reader compares them.
TEST_F(ReadOnlyRuns, AreComparedByTheResultsInTheirFolders) {
  ASSERT_EQ(runner_.run("analyze", "--experiment quick --quiet --output-dir '" + runs() + "'").code,
            0);
  expect_refused(run("compare", "quick", false), runs() + "/comparison/quick");
  const ProgramEnd end = run("compare", "quick");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_TRUE(fs::exists(mine() + "/comparison/quick/comparison.html"));
}

}  // namespace
}  // namespace kairo
