// Axes of line panels beyond the plain ones: logarithmic, and a second one on the right.
#include <gtest/gtest.h>

#include "analysis/gnuplot.h"
#include "analysis/page.h"

namespace kairo {
namespace {

Lines lines_of(const std::vector<double>& y) {
  Lines lines;
  lines.curves.push_back({"left", {0, 1, 2}, y, {}, 0, "", false});
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

// Left to 0.8 and a margin of 4 %: 0.832. The curve's 3 on it is 3.6 times as high: 5 is next.
TEST(RightAxis, IsTheLeftOneTimesARoundNumberWithRoomForItsCurves) {
  Lines lines = lines_of({0, 0.4, 0.8});
  lines.curves.push_back({"right", {0, 1, 2}, {0, 1, 3}, {}, 1, "", true});
  lines.right_label = "nats";
  EXPECT_DOUBLE_EQ(y_range(lines).high, 0.832);
  EXPECT_DOUBLE_EQ(right_scale(lines), 5);
}

TEST(RightAxis, IsDrawnWithItsLabelAndOnlyWhereAskedFor) {
  Lines lines = lines_of({0, 0.4, 0.8});
  EXPECT_EQ(page_script(page_of(lines), ImageFormat::kPng).find("y2"), std::string::npos);
  lines.curves.push_back({"right", {0, 1, 2}, {0, 1, 3}, {}, 1, "", true});
  lines.right_label = "nats";
  const std::string script = page_script(page_of(lines), ImageFormat::kPng);
  EXPECT_NE(script.find("axes x1y2"), std::string::npos);
  EXPECT_NE(script.find("'nats'"), std::string::npos);
  EXPECT_EQ(run_gnuplot(script).words, "");
}

TEST(Key, CurvesOfOneSharedNameHaveOneEntry) {
  Lines lines = lines_of({1, 2, 3});
  lines.curves.push_back({"law, 1", {0}, {1}, {}, 6, "law", false});
  lines.curves.push_back({"law, 2", {0}, {2}, {}, 6, "law", false});
  const std::vector<KeyItem> items = key_items({"", "", "", lines, {}});
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].name, "law");
  EXPECT_NE(page_csv(page_of(lines)).find("\"law, 2\",0,2"), std::string::npos);
}

}  // namespace
}  // namespace kairo
