#include "analysis/compare/comparison_tables.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analysis/compare/lag.h"
#include "tests/analysis/compare/made_comparison.h"

namespace kairo {
namespace {

const Comparison& sweep_of_k() {
  static const Comparison comparison = [] {
    std::vector<ComparedRun> runs;
    for (const made::Spec& each : made::k_sweep()) runs.push_back(made::compared(each));
    return make_comparison("k_sweep", runs);
  }();
  return comparison;
}

const Table& table(const std::string& name) {
  static const std::vector<Table> tables = comparison_tables(sweep_of_k());
  for (const Table& each : tables) {
    if (each.name == name) return each;
  }
  throw std::runtime_error("no table " + name);
}

TEST(ComparisonTables, LagsHaveEveryRunAndEvent) {
  EXPECT_EQ(table("lags").rows.size(), 18 * lag_events().size());
}

TEST(ComparisonTables, ACensoredLagIsABoundInEveryUnit) {
  bool found = false;
  for (const auto& row : table("lags").rows) {
    if (row[3] != "censored") continue;
    found = true;
    EXPECT_EQ(row[4], "> 2300");
    EXPECT_EQ(row[5], "> 294400");  // 2300 · 128
    EXPECT_EQ(row[6].substr(0, 2), "> ");
  }
  EXPECT_TRUE(found);
}

TEST(ComparisonTables, DifferencesAreOfEachSeedAndNoneIsDropped) {
  EXPECT_EQ(table("differences").rows.size(), 3 * 3 * lag_events().size());
  bool found = false;
  for (const auto& row : table("differences").rows) {
    if (row[0] == "K 20" && row[2] == "2" && row[5].rfind("> ", 0) == 0) found = true;
  }
  EXPECT_TRUE(found);
}

TEST(ComparisonTables, GroupsCountWhatIsCensored) {
  bool found = false;
  for (const auto& row : table("groups").rows) {
    EXPECT_EQ(row[2], "3");
    if (row[5] == "0") continue;
    found = true;
    EXPECT_NE(row[7].find("> 2300"), std::string::npos) << row[7];
    EXPECT_EQ(row[8].rfind("none: 1 without the event", 0), 0U) << row[8];
    EXPECT_NE(row[9].find("beyond the last record, has the median with 75 %"), std::string::npos);
  }
  EXPECT_TRUE(found);
}

TEST(ComparisonTables, CsvQuotesWhatNeedsIt) {
  const std::string csv = table_csv({"t", "", "", {"a", "b"}, {{"1, 2", "x"}}});
  EXPECT_EQ(csv, "a,b\n\"1, 2\",x\n");
}

TEST(ComparisonJson, IsVersionedAndHasNoNumberForWhatIsCensored) {
  const auto json =
      nlohmann::json::parse(comparison_json(sweep_of_k(), {{"overlay", "", "A caption."}}));
  EXPECT_EQ(json.at("format"), "kairoscope-comparison");
  EXPECT_EQ(json.at("format_version"), kComparisonFormatVersion);
  EXPECT_EQ(json.at("runs").size(), 18U);
  EXPECT_EQ(json.at("groups").size(), 6U);
  int censored = 0;
  for (const auto& run : json.at("runs")) {
    for (const auto& lag : run.at("lags")) {
      if (lag.at("steps").at("status") != "censored") continue;
      ++censored;
      EXPECT_TRUE(lag.at("steps").at("at").is_null());
      EXPECT_EQ(lag.at("steps").at("last"), 2300);
    }
  }
  EXPECT_GT(censored, 0);
  EXPECT_EQ(json.at("figures").at(0).at("caption"), "A caption.");
}

TEST(ComparisonMarkdown, SaysWhatIsLeftOutAndEscapesNames) {
  Comparison comparison = sweep_of_k();
  comparison.left_out = {{"k_sweep/<b>", "no report"}};
  const std::string text =
      comparison_markdown(comparison, {{"k_dependence", "the runs have one K only", ""}});
  EXPECT_EQ(text.find("<b>"), std::string::npos);
  EXPECT_NE(text.find("no report"), std::string::npos);
  EXPECT_NE(text.find("k_dependence: left out, the runs have one K only"), std::string::npos);
  EXPECT_NE(text.find("## Over seeds"), std::string::npos);
}

}  // namespace
}  // namespace kairo
