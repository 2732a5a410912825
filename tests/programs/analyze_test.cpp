// analyze as a user meets it.
#include <gtest/gtest.h>

#include "tests/analysis/python_check.h"
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

TEST_F(Analyze, DeletedFiguresAndReportsComeBackTheSame) {
  train("");
  analyze("");
  const std::vector<std::string> names = {"figures/dashboard.png",
                                          "figures/dashboard.svg",
                                          "figures/dashboard.csv",
                                          "report.json",
                                          "report.md",
                                          "report.html"};
  std::vector<std::string> before;
  for (const std::string& name : names) before.push_back(content(name));
  std::filesystem::remove_all(runner_.folder() + "/runs/quick/figures");
  for (const char* name : {"report.json", "report.md", "report.html"}) {
    std::filesystem::remove(runner_.folder() + "/runs/quick/" + name);
  }
  analyze("--figures-only");
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_TRUE(content(names[i]) == before[i]) << names[i];
  }
}

TEST_F(Analyze, TheReportsKeepToTheirSchemaAndLinkToFilesThatAreThere) {
  train("");
  analyze("");
  const std::string folder = runner_.folder() + "/runs/quick/";
  const Verdict schema = schema_says(folder + "report.json");
  EXPECT_TRUE(schema.is_good) << schema.words;
  const Verdict page = page_says(folder + "report.html", "--links");
  EXPECT_TRUE(page.is_good) << page.words;
  std::filesystem::remove(folder + "probes/performance/default.csv");
  EXPECT_FALSE(page_says(folder + "report.html", "--links").is_good);
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
