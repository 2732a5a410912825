// Logarithmic axes, and keys.
#include <gtest/gtest.h>

#include "analysis/plot/gnuplot.h"
#include "analysis/plot/page.h"

namespace kairo {
namespace {

Lines lines_of(const std::vector<double>& y) {
  Lines lines;
  lines.curves.push_back({"left", {0, 1, 2}, y, {}, 0, ""});
  return lines;
}

Page page_of(const Lines& lines) {
  Page page;
  page.rows.push_back({{Panel{"Panel", "step", "left units", lines, {}}}, {}, 300, ""});
  return page;
}

TEST(LogAxis, EndsAndTicksAreWholePowersOfTen) {
  Lines lines = lines_of({1, 0.3, 0.02});
  lines.log_y = true;
  EXPECT_DOUBLE_EQ(y_range(lines).low, 0.01);
  EXPECT_DOUBLE_EQ(y_range(lines).high, 1);
  const std::vector<double> ticks = y_ticks(lines);
  ASSERT_EQ(ticks.size(), 3U);
  EXPECT_DOUBLE_EQ(ticks[1], 0.1);
  EXPECT_EQ(y_tick_texts(lines), (std::vector<std::string>{"10⁻²", "10⁻¹", "10⁰"}));
}

TEST(LogAxis, ManyDecadesHaveRoomForTheirTicks) {
  Lines lines = lines_of({1, 1e-10, 1e-30});
  lines.log_y = true;
  EXPECT_LE(y_ticks(lines).size(), 11U);
}

TEST(Key, CurvesOfOneSharedNameHaveOneEntry) {
  Lines lines = lines_of({1, 2, 3});
  lines.curves.push_back({"law, 1", {0}, {1}, {}, 6, "law"});
  lines.curves.push_back({"law, 2", {0}, {2}, {}, 6, "law"});
  const std::vector<KeyItem> items = key_items({"", "", "", lines, {}});
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].name, "law");
  EXPECT_NE(page_csv(page_of(lines)).find("\"law, 2\",0,2"), std::string::npos);
}

// Every panel of a figure repeated the same legend.
TEST(Key, AnEntryStandsInTheFirstPanelThatHasIt) {
  const Panel panel{"Panel", "step", "units", lines_of({1, 2, 3}), {}};
  Page page;
  page.rows.push_back({{panel, panel}, {}, 300, ""});
  const std::string script = page_script(page, ImageFormat::kPng);
  EXPECT_NE(script.find("'left'"), std::string::npos);
  EXPECT_EQ(script.find("'left'"), script.rfind("'left'"));
}

// Several levels of one panel were grey lines of one dash.
TEST(Levels, OfOnePanelHaveDashesOfTheirOwn) {
  Lines lines = lines_of({1, 2, 3});
  lines.levels = {{"log K", 1, -1}, {"threshold", 2, -1}};
  const std::string script = page_script(page_of(lines), ImageFormat::kPng);
  EXPECT_NE(script.find(std::string("dashtype ") + kLevelDashes[0]), std::string::npos);
  EXPECT_NE(script.find(std::string("dashtype ") + kLevelDashes[1]), std::string::npos);
}

}  // namespace
}  // namespace kairo
