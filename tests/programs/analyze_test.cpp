// analyze as a user meets it.
#include <gtest/gtest.h>

#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

class Analyze : public testing::Test {
 protected:
  void train(const std::string& overrides) const {
    const ProgramEnd end = run("train", "--config quick --quiet" + kTinyRun + overrides);
    ASSERT_EQ(end.code, 0) << end.err;
  }
  void analyze(const std::string& flags) const {
    const ProgramEnd end = run("analyze", "--experiment quick --quiet " + flags);
    ASSERT_EQ(end.code, 0) << end.err;
  }
  ProgramEnd run(const std::string& program, const std::string& arguments) const {
    return runner_.run(program, arguments + " --output-dir '" + runner_.folder() + "/runs'");
  }
  std::string content(const std::string& name) const {
    return read_file(runner_.folder() + "/runs/quick/" + name);
  }

  ProgramRunner runner_;
};

TEST_F(Analyze, DeletedFiguresComeBackTheSame) {
  train("");
  analyze("");
  const std::string picture = content("figures/dashboard.png"), report = content("report.json");
  std::filesystem::remove_all(runner_.folder() + "/runs/quick/figures");
  analyze("--figures-only");
  EXPECT_TRUE(content("figures/dashboard.png") == picture);
  EXPECT_EQ(content("report.json"), report);
}

// A probe without a record used to be called missing even where it had no meaning.
TEST_F(Analyze, AProbeWithoutMeaningSaysWhyInItsOwnWords) {
  train("model.attention_dir=bidirectional");
  analyze("");
  const std::string report = content("report.md");
  EXPECT_NE(report.find("the model is bidirectional"), std::string::npos) << report;
  analyze("--figures-only");
  EXPECT_EQ(content("report.md"), report);
}

TEST_F(Analyze, ReusesRecordsUntilForced) {
  train("");
  analyze("");
  const ProgramEnd plan = run("analyze", "--experiment quick --dry-run");
  EXPECT_NE(plan.out.find("0 steps to measure, 4 there already"), std::string::npos) << plan.out;
  analyze("--force --probes logit_lens");
  const ProgramEnd other =
      run("analyze", "--experiment quick --probes logit_lens probes.n_examples=6 --dry-run");
  EXPECT_NE(other.out.find("4 steps to measure, 0 there already"), std::string::npos) << other.out;
}

}  // namespace
}  // namespace kairo
