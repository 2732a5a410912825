// What a newcomer does wrong: each is one line on stderr, the right exit code, and nothing lost.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

class BadInput : public testing::Test {
 protected:
  ProgramEnd run(const std::string& program, const std::string& arguments) const {
    return runner_.run(program, arguments + " --output-dir '" + runner_.folder() + "/runs'");
  }
  void expect_one_line(const ProgramEnd& end, int code, const std::string& words) const {
    EXPECT_EQ(end.code, code) << end.err;
    EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
    EXPECT_EQ(end.err.rfind("error: ", 0), 0U) << end.err;
    EXPECT_NE(end.err.find(words), std::string::npos) << end.err;
  }
  void train_tiny() const {
    const ProgramEnd end = run("train", "--config quick --quiet" + kTinyRun);
    ASSERT_EQ(end.code, 0) << end.err;
  }
  static std::string in_yaml(std::string name) {
    for (std::size_t at; (at = name.find('\n')) != std::string::npos;) name.replace(at, 1, "\\n");
    return '"' + name + '"';
  }
  fs::path run_folder() const { return fs::path(runner_.folder()) / "runs" / "quick"; }

  ProgramRunner runner_;
};

TEST_F(BadInput, MissingConfigNamesTheNearest) {
  expect_one_line(run("train", "--config k10_n100"), 2, "k10_n1000");
}

TEST_F(BadInput, UnknownKeyNamesTheNearest) {
  expect_one_line(run("train", "--config quick data.kk=3"), 2, "data.k");
}

TEST_F(BadInput, MoreSelectorsThanTheAlphabetAllowsSaysHowManyItDoes) {
  expect_one_line(run("train", "--config quick data.k=1297"), 2, "1296");
  EXPECT_FALSE(fs::exists(run_folder()));
}

TEST_F(BadInput, OutputFolderThatCannotBeMadeIsNamed) {
  write_file_atomically(runner_.folder() + "/a_file", "");
  const ProgramEnd end = runner_.run(
      "train", "--config quick --output-dir '" + runner_.folder() + "/a_file'" + kTinyRun);
  expect_one_line(end, 1, "a_file");
}

TEST_F(BadInput, ExperimentThatDoesNotExistNamesThoseThatDo) {
  train_tiny();
  expect_one_line(run("analyze", "--experiment quik"), 3, "quick");
  expect_one_line(run("probe_logit_lens", "--experiment quik"), 3, "quick");
}

TEST_F(BadInput, CheckpointCutInHalfIsNamedAndTheOthersCanGoOn) {
  train_tiny();
  const fs::path cut = run_folder() / "checkpoints" / "step_00000004.h5";
  fs::resize_file(cut, fs::file_size(cut) / 2);
  expect_one_line(run("analyze", "--experiment quick --quiet"), 3, "step_00000004.h5");
  const ProgramEnd end = run("analyze", "--experiment quick --quiet --keep-going");
  EXPECT_EQ(end.code, 4) << end.err;
  EXPECT_TRUE(fs::exists(run_folder() / "figures" / "dashboard.png"));
  for (const char* report : {"report.md", "report.html", "report.json"}) {
    const std::string text = read_file((run_folder() / report).string());
    EXPECT_NE(text.find("Step 4 is left out"), std::string::npos) << report;
  }
}

TEST_F(BadInput, AnotherStepsCheckpointUnderAStepsNameIsNoMeasurementOfThatStep) {
  train_tiny();
  const fs::path checkpoints = run_folder() / "checkpoints";
  fs::copy_file(checkpoints / "step_00000002.h5", checkpoints / "step_00000004.h5",
                fs::copy_options::overwrite_existing);
  expect_one_line(run("analyze", "--experiment quick --quiet"), 3, "step_00000004.h5");
}

TEST_F(BadInput, ADamagedRecordIsMeasuredAnewOrLeftOutOfTheReport) {
  train_tiny();
  const std::string analyze = "--experiment quick --quiet --probes performance,logit_lens";
  ASSERT_EQ(run("analyze", analyze).code, 0);
  const fs::path record = run_folder() / "probes" / "logit_lens" / "default.h5";
  const std::string whole = read_file(record.string());
  fs::resize_file(record, fs::file_size(record) / 2);
  expect_one_line(run("analyze", analyze + " --figures-only"), 3, "logit_lens/default.h5");
  const ProgramEnd end = run("analyze", analyze + " --figures-only --keep-going");
  EXPECT_EQ(end.code, 4) << end.err;
  EXPECT_NE(end.err.find("logit_lens left out"), std::string::npos) << end.err;
  for (const char* report : {"report.md", "report.html", "report.json"}) {
    const std::string text = read_file((run_folder() / report).string());
    EXPECT_NE(text.find("its record cannot be read"), std::string::npos) << report;
  }
  EXPECT_EQ(run("analyze", analyze).code, 0);
  EXPECT_EQ(read_file(record.string()), whole);
}

TEST_F(BadInput, NamesCannotLeaveTheOutputFolder) {
  const std::string outside = runner_.folder() + "/outside";
  for (const std::string& name :
       {std::string("../outside"), outside, std::string("a/../../outside"), std::string(".."),
        std::string("a\nb"), std::string(".hidden"), std::string("-x")}) {
    SCOPED_TRACE(name);
    expect_one_line(run("train", "--config quick" + kTinyRun + " 'experiment.name=" + name + "'"),
                    2, "experiment name");
    expect_one_line(run("analyze", "--experiment '" + name + "'"), 2, "experiment name");
    expect_one_line(run("probe_logit_lens", "--experiment '" + name + "'"), 2, "experiment name");
  }
  EXPECT_FALSE(fs::exists(outside));
  train_tiny();
  for (const char* program : {"analyze", "probe_logit_lens"}) {
    expect_one_line(run(program, "--experiment quick --quiet --label ../../../outside"), 2,
                    "label");
  }
  EXPECT_FALSE(fs::exists(outside));
}

TEST_F(BadInput, NamesCannotLeadOtherProgramsElsewhere) {
  for (const std::string& name :
       {std::string("../outside"), runner_.folder() + "/outside", std::string("a/../../outside"),
        std::string(".."), std::string("a\nb"), std::string(".hidden")}) {
    SCOPED_TRACE(name);
    expect_one_line(run("verify", "--experiment '" + name + "'"), 2, "experiment name");
    expect_one_line(run("compare", "'" + name + "'"), 2, "error: run: ");
    expect_one_line(run("compare", "quick --name '" + name + "'"), 2, "error: --name: ");
    const std::string cells = "base: quick\ncells:\n  - {name: " + in_yaml(name) + "}\n";
    write_file_atomically(runner_.folder() + "/names.yaml", cells);
    expect_one_line(run("sweep", "--config '" + runner_.folder() + "/names.yaml'"), 2,
                    "error: cell name: ");
  }
  EXPECT_FALSE(fs::exists(runner_.folder() + "/outside"));
  EXPECT_FALSE(fs::exists(runner_.folder() + "/runs"));
}

TEST_F(BadInput, EmptyCheckpointFolderSaysWhatToDo) {
  train_tiny();
  fs::remove_all(run_folder() / "checkpoints");
  fs::create_directory(run_folder() / "checkpoints");
  expect_one_line(run("analyze", "--experiment quick --quiet"), 3, "checkpoint");
}

TEST_F(BadInput, AnExistingRunIsRefusedAndKept) {
  train_tiny();
  expect_one_line(run("train", "--config quick" + kTinyRun), 2, "--overwrite");
  EXPECT_TRUE(fs::exists(run_folder() / "checkpoints" / "step_00000006.h5"));
}

TEST_F(BadInput, ATrainedRunCannotBeChangedByAnOverride) {
  train_tiny();
  expect_one_line(run("analyze", "--experiment quick data.k=4"), 2, "data.k=4");
}

}  // namespace
}  // namespace kairo
