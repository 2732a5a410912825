// Line panels over an x axis of their own: points, open points with arrows, thin lines.
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/plot/gnuplot.h"
#include "analysis/plot/page.h"

namespace kairo {
namespace {

Lines points_of(const std::vector<double>& x, const std::vector<double>& y) {
  Lines lines;
  Curve curve;
  curve.name = "lag";
  curve.steps = x;
  curve.y = y;
  curve.drawn = Drawn::kPoints;
  lines.curves.push_back(curve);
  lines.x.is_steps = false;
  return lines;
}

Page page_of(const Lines& lines) {
  Page page;
  page.rows.push_back({{Panel{"Panel", "K", "steps", lines, {}}}, {}, 300, ""});
  return page;
}

TEST(OwnAxis, HasRoomBesideItsPoints) {
  const Range range = x_range(points_of({-5, -3}, {1, 2}));
  EXPECT_NEAR(range.low, -5.12, 1e-9);
  EXPECT_NEAR(range.high, -2.88, 1e-9);
}

TEST(OwnAxis, LogarithmicOneHasRoomByAFactor) {
  Lines lines = points_of({5, 20}, {1, 2});
  lines.x.is_log = true;
  const Range range = x_range(lines);
  EXPECT_NEAR(range.high / 20, 5 / range.low, 1e-9);
  EXPECT_GT(range.high, 20);
}

TEST(OwnAxis, IsNoneOfThePagesSteps) {
  double low = 0, high = 0;
  EXPECT_FALSE(step_range({"", "", "", points_of({5, 20}, {1, 2}), {}}, low, high));
}

// `n` names alike, on a page of their own.
Lines named(std::size_t n, const std::string& name) {
  Lines lines = points_of({}, {});
  for (std::size_t i = 0; i < n; ++i) {
    lines.x.ticks.push_back(static_cast<double>(i + 1));
    lines.x.tick_names.push_back(name);
  }
  lines.curves[0].steps = lines.curves[0].y = lines.x.ticks;
  return lines;
}

std::string script_of(const Lines& lines) { return page_script(page_of(lines), ImageFormat::kPng); }

TEST(OwnAxis, NamesStandInAsManyLinesAsTheyNeed) {
  const Lines one = named(4, "first-target loss < 0.1");
  const Lines two = named(8, "first-target loss < 0.1");
  EXPECT_NE(script_of(one).find("'first-target loss < 0.1' at screen"), std::string::npos);
  EXPECT_NE(script_of(two).find("'first-target loss <' at screen"), std::string::npos);
  EXPECT_GT(page_height(page_of(two)), page_height(page_of(one)) + 10);
  EXPECT_EQ(script_of(one).find("rotate by 90 right"), std::string::npos);
  EXPECT_EQ(script_of(two).find("rotate by 90 right"), std::string::npos);
}

TEST(OwnAxis, NamesWithoutRoomStandUpright) {
  const Lines crowded = named(40, "learning_rate 0.001");
  EXPECT_NE(script_of(crowded).find("rotate by 90 right"), std::string::npos);
  EXPECT_GT(page_height(page_of(crowded)), page_height(page_of(named(4, "K 5"))) + 50);
}

TEST(CensoredPoint, IsOpenWithAnArrowInsideTheAxesAndHasABoundInTheCsv) {
  Lines lines = points_of({5, 20}, {1, 100});
  lines.curves[0].known = {Known::kUnconfirmed, Known::kAtLeast};
  EXPECT_GT(y_range(lines).high, 100 + kArrowShare * (y_range(lines).high - y_range(lines).low));
  const std::string script = page_script(page_of(lines), ImageFormat::kPng);
  EXPECT_NE(script.find("with vectors"), std::string::npos);
  EXPECT_EQ(run_gnuplot(script).words, "");
  EXPECT_NE(page_csv(page_of(lines)).find("lag,5,1,,\n"), std::string::npos);
  EXPECT_NE(page_csv(page_of(lines)).find("lag,20,,100,\n"), std::string::npos);
  const std::vector<KeyItem> items = key_items({"", "", "", lines, {}});
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[1].sample, KeyItem::Sample::kUnconfirmed);
  EXPECT_EQ(items[2].sample, KeyItem::Sample::kAtLeast);
}

// Axis from 4.4 to 15.6: a tenth of it is 1.12.
TEST(Points, MayBeDrawnAsideWhileTheirNumbersStay) {
  Lines lines = points_of({5, 15}, {1, 2});
  const double width = x_range(lines).high - x_range(lines).low;
  lines.curves[0].aside = 0.1;
  EXPECT_EQ(x_range(lines).high - x_range(lines).low, width);
  EXPECT_NE(page_csv(page_of(lines)).find("lag,5,1"), std::string::npos);
  const std::string script = page_script(page_of(lines), ImageFormat::kPng);
  EXPECT_NE(script.find(gnuplot_number(5 + width * 0.1) + " 1\n"), std::string::npos);
}

TEST(ThinLine, HasTheOneEntryOfAllThatShareItsName) {
  Lines lines = points_of({0, 1}, {1, 2});
  lines.curves[0].drawn = Drawn::kThinLine;
  lines.curves[0].shared_name = "each seed";
  lines.curves.push_back(lines.curves[0]);
  const std::vector<KeyItem> items = key_items({"", "", "", lines, {}});
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].sample, KeyItem::Sample::kThinLine);
  EXPECT_EQ(run_gnuplot(page_script(page_of(lines), ImageFormat::kSvg)).words, "");
}

// Median 2 of seeds 1, 2 and 6: the band goes from 1 to 6, not around 2.
TEST(Band, MayHaveAMiddleOfItsOwn) {
  Lines lines = points_of({0, 1}, {2, 2});
  Curve& curve = lines.curves[0];
  curve.drawn = Drawn::kLine;
  curve.band_middle = {3.5, 3.5};
  curve.half_band = {2.5, 2.5};
  EXPECT_GE(y_range(lines).high, 6);
  EXPECT_NE(page_csv(page_of(lines)).find("lag,0,2,1,6\n"), std::string::npos);
}

}  // namespace
}  // namespace kairo
