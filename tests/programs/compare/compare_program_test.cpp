// compare as a user meets it, on made runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/analysis/compare/made_comparison.h"
#include "tests/analysis/python_check.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

class Compare : public testing::Test {
 protected:
  std::string base() const { return runner_.folder() + "/runs"; }
  ProgramEnd run(const std::string& arguments) const {
    return runner_.run("compare", arguments + " --output-dir '" + base() + "'");
  }
  void expect_one_line(const ProgramEnd& end, int code, const std::string& words) const {
    EXPECT_EQ(end.code, code) << end.err;
    EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
    EXPECT_EQ(end.err.rfind("error: ", 0), 0U) << end.err;
    EXPECT_NE(end.err.find(words), std::string::npos) << end.err;
  }
  bool has(const std::string& path) const { return fs::exists(base() + "/" + path); }
  nlohmann::json result(const std::string& folder) const {
    return nlohmann::json::parse(read_file(base() + "/" + folder + "/comparison.json"));
  }
  // K 5 and 20 in both directions, two seeds, as a sweep.
  void make_sweep() const {
    std::vector<made::Spec> specs;
    for (const made::Spec& each : made::k_sweep()) {
      if (each.k != 10 && each.seed < 2) specs.push_back(each);
    }
    for (const made::Spec& each : specs) made::write_run(base(), each);
    made::write_manifest_of(base(), "k_sweep", specs);
  }
  void make_run(const std::string& name, int64_t seed) const {
    made::Spec spec = made::k_sweep()[0];
    spec.name = name;
    spec.seed = seed;
    made::write_run(base(), spec);
  }

  ProgramRunner runner_;
};

TEST_F(Compare, ASweepGetsItsFiguresAndTablesBesideItsCells) {
  make_sweep();
  const ProgramEnd end = run("k_sweep");
  ASSERT_EQ(end.code, 0) << end.err;
  for (const char* file :
       {"dashboard.png", "overlay.svg", "k_dependence.csv", "all_k.png", "side_by_side_k5.png",
        "side_by_side_k20.png", "lags_table.csv", "differences_table.csv", "order_table.csv",
        "order.png", "comparison.md", "comparison.json"}) {
    EXPECT_TRUE(has(std::string("k_sweep/comparison/") + file)) << file;
  }
  const std::string folder = base() + "/k_sweep/comparison/";
  const Verdict schema = schema_says(folder + "comparison.json", "comparison");
  EXPECT_TRUE(schema.is_good) << schema.words;
  const Verdict page = page_says(folder + "comparison.html", "--links");
  EXPECT_TRUE(page.is_good) << page.words;
  EXPECT_FALSE(has("k_sweep/comparison/temperature_lag.png"));
  EXPECT_NE(end.err.find("temperature_lag is left out"), std::string::npos) << end.err;
  const nlohmann::json json = result("k_sweep/comparison");
  EXPECT_EQ(json.at("groups").size(), 4U);
  EXPECT_EQ(json.at("groups").at(0).at("runs").size(), 2U);
  EXPECT_EQ(json.at("runs").at(0).at("name"), "k_sweep/k5_bz_to_a_seed0");
}

TEST_F(Compare, TheSameRunsGiveTheSameFilesForAnyNumberOfThreads) {
  make_sweep();
  ASSERT_EQ(run("k_sweep --quiet --threads 1").code, 0);
  const std::string folder = base() + "/k_sweep/comparison/";
  const std::string json = read_file(folder + "comparison.json");
  const std::string picture = read_file(folder + "dashboard.svg");
  ASSERT_EQ(run("k_sweep --quiet --threads 3").code, 0);
  EXPECT_EQ(read_file(folder + "comparison.json"), json);
  EXPECT_EQ(read_file(folder + "dashboard.svg"), picture);
}

TEST_F(Compare, RunsAndCellsMixAndPicturesOfAnEarlierComparisonGo) {
  make_sweep();
  make_run("alone", 7);
  ASSERT_EQ(run("k_sweep/k5_bz_to_a_seed0 k_sweep/k20_bz_to_a_seed0 --name mine --quiet").code, 0);
  EXPECT_TRUE(has("comparison/mine/all_k.png"));
  ASSERT_EQ(run("k_sweep/k5_bz_to_a_seed0 alone --name mine --quiet").code, 0);
  EXPECT_FALSE(has("comparison/mine/all_k.png"));
  EXPECT_EQ(result("comparison/mine").at("groups").size(), 1U);
  ASSERT_EQ(run("k_sweep/k5_bz_to_a_seed0 alone --quiet").code, 0);
  EXPECT_TRUE(has("comparison/k_sweep_k5_bz_to_a_seed0+alone/comparison.md"));
}

TEST_F(Compare, AMissingRunNamesTheNearest) {
  make_run("alone", 0);
  make_run("other", 1);
  expect_one_line(run("alone othr"), 3, "other");
  const ProgramEnd end = run("alone other othr --keep-going --quiet --name x");
  EXPECT_EQ(end.code, 4) << end.err;
  EXPECT_NE(end.err.find("othr left out"), std::string::npos) << end.err;
  EXPECT_EQ(result("comparison/x").at("left_out").at(0).at("run"), "othr");
  const ProgramEnd none = run("othr --keep-going --quiet");
  EXPECT_EQ(none.code, 3) << none.err;
  EXPECT_NE(none.err.find("none of the runs can be read"), std::string::npos) << none.err;
}

TEST_F(Compare, ACellThatIsNotDoneSaysWhatToDo) {
  make_sweep();
  fs::remove(base() + "/k_sweep/k20_bz_to_a_seed1/report.json");
  expect_one_line(run("k_sweep"), 3, "analyze --experiment k20_bz_to_a_seed1");
  EXPECT_EQ(run("k_sweep --keep-going --quiet").code, 4);
  expect_one_line(run("k_sweep/k20_bz_to_a_seed9"), 3, "k20_bz_to_a_seed");
}

TEST_F(Compare, ADamagedFileIsNamed) {
  make_run("alone", 0);
  const std::string record = base() + "/alone/probes/candidates/default.h5";
  fs::resize_file(record, fs::file_size(record) / 2);
  expect_one_line(run("alone"), 3, "candidates/default.h5");
}

TEST_F(Compare, OneRunTwiceIsNoSecondSeed) {
  make_run("alone", 0);
  make_run("copy", 0);
  expect_one_line(run("alone alone"), 2, "the run alone twice");
  expect_one_line(run("alone copy"), 2, "equal settings and seed 0");
}

TEST_F(Compare, NamesCannotLeaveTheOutputFolder) {
  make_run("alone", 0);
  for (const std::string name : {"../alone", "a/../b", "'a b'", ".hidden"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(run(name).code, 2);
  }
  expect_one_line(run("alone --name ../outside"), 2, "--name");
  expect_one_line(run(""), 2, "RUN, SWEEP or SWEEP/CELL");
}

TEST_F(Compare, DryRunListsTheGroupsAndWritesNothing) {
  make_sweep();
  const ProgramEnd end = run("k_sweep --dry-run");
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_NE(end.out.find("run k_sweep/k5_bz_to_a_seed1, group bz_to_a, K 5\n"), std::string::npos)
      << end.out;
  EXPECT_FALSE(has("k_sweep/comparison"));
}

TEST_F(Compare, HelpNamesRunsFirst) {
  const ProgramEnd end = runner_.run("compare", "--help");
  EXPECT_EQ(end.code, 0);
  EXPECT_NE(end.out.find("Usage: compare RUN..."), std::string::npos) << end.out;
}

}  // namespace
}  // namespace kairo
