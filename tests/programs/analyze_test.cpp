// analyze as a user meets it.
#include <gtest/gtest.h>

#include <map>

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
  std::string path(const std::string& name) const {
    return runner_.folder() + "/runs/quick/" + name;
  }
  std::string content(const std::string& name) const { return read_file(path(name)); }
  // Of every file of the run, its bytes by its name in the run's folder.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path(""))) {
      if (!entry.is_regular_file()) continue;
      const std::string name = std::filesystem::relative(entry.path(), path("")).string();
      found[name] = content(name);
    }
    return found;
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

// A label's report used to replace the default one and to delete the default figures.
TEST_F(Analyze, ALabelHasFiguresAndReportsOfItsOwn) {
  train("");
  analyze("");
  const auto before = files();
  analyze("--label long --probes head_scores");
  analyze("--label long --figures-only");
  for (const auto& [name, bytes] : before) {
    if (name.find(".lock") == std::string::npos) EXPECT_TRUE(content(name) == bytes) << name;
  }
  EXPECT_NE(content("report-long.md").find("figures-long/head_scores"), std::string::npos);
  EXPECT_FALSE(content("figures-long/head_scores.png").empty());
  const Verdict schema = schema_says(path("report-long.json"));
  EXPECT_TRUE(schema.is_good) << schema.words;
  const Verdict page = page_says(path("report-long.html"), "--links");
  EXPECT_TRUE(page.is_good) << page.words;
}

// A mistyped label used to make a report of nothing in place of the run's.
TEST_F(Analyze, AnUnknownLabelIsRefusedAndTheKnownOnesAreNamed) {
  train("");
  analyze("");
  const auto before = files();
  const ProgramEnd end = run("analyze", "--experiment quick --figures-only --label defalt");
  EXPECT_EQ(end.code, 3) << end.err;
  EXPECT_NE(end.err.find("labels there: default"), std::string::npos) << end.err;
  EXPECT_EQ(files(), before);
}

// A figure without a record any more used to be deleted, whoever had made the file.
TEST_F(Analyze, SetsAsideAFigureThatItNoLongerDraws) {
  train("");
  analyze("");
  write_file_atomically(path("figures/composition.png"), "mine");
  write_file_atomically(path("figures/notes.png"), "notes");
  analyze("--figures-only");
  EXPECT_EQ(content("figures/earlier/composition.png"), "mine");
  EXPECT_EQ(content("figures/notes.png"), "notes");
}

// Without a font every figure was without text, and the exit code 0 said that all was well.
TEST_F(Analyze, NamesThePackageIfThereIsNoFont) {
  train("");
  analyze("");
  const std::string config = runner_.folder() + "/fonts.conf";
  write_file_atomically(config,
                        "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
                        "<fontconfig><dir>/nonexistent</dir><cachedir>" +
                            runner_.folder() + "/fonts</cachedir></fontconfig>");
  ::setenv("FONTCONFIG_FILE", config.c_str(), 1);
  const ProgramEnd without = run("analyze", "--experiment quick --quiet --figures-only");
  ::unsetenv("FONTCONFIG_FILE");
  EXPECT_NE(without.err.find("fonts-dejavu-core"), std::string::npos) << without.err;
  const ProgramEnd with = run("analyze", "--experiment quick --quiet --figures-only");
  EXPECT_EQ(with.err.find("fonts-dejavu-core"), std::string::npos) << with.err;
}

}  // namespace
}  // namespace kairo
