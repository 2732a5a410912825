// Panels and pages: what is drawn of made panels, before any run.
#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "analysis/plot/gnuplot.h"
#include "analysis/plot/page.h"
#include "analysis/plot/panel_script.h"
#include "analysis/plot/text_width.h"

namespace kairo {
namespace {

constexpr const char* kBand = "± 2 standard errors over 256 examples";

Panel line_panel() {
  Lines lines;
  lines.curves.push_back({"loss, \"own\" z", {0, 100, 200, 300}, {3, kUnset, 1, 0.5}, {}, 0});
  lines.curves.push_back({"gap", {0, 100, 200, 300}, {0, 0.5, 1, 2}, {0.1, 0.25, 0.5, 0.1}, 1});
  lines.levels.push_back({"log K", 2.25, -1});
  lines.band_name = kBand;
  return {"Losses", "training step", "nats", lines, {{100, "1", true}, {100, "2", false}}};
}

Panel map_panel() {
  HeatMap map;
  map.row_names = {"0.0", "0.1"};
  map.column_names = {"B1", "z1"};
  map.values = {0.25, -0.5, kUnset, 0};
  map.scale = {ColorMap::kDiverging, -0.5, 0.5, "effect", true};
  return {"Effects", "position", "layer.head", map, {}};
}

Page page_of(const std::vector<Panel>& panels) {
  Page page;
  page.title = "A run";
  page.subtitle = "a task";
  page.events = {"z gap > 0.5 nats: step 100", "accuracy > 0.9: not reached by step 300"};
  page.rows.push_back({panels, {}, 300, ""});
  return page;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Page, NamesBandsLevelsCurvesAndEvents) {
  const std::string script = page_script(page_of({line_panel()}), ImageFormat::kPng);
  for (const char* text :
       {kBand, "'log K'", "'gap'", "'z gap > 0.5 nats: step 100'",
        "'accuracy > 0.9: not reached by step 300'", "'nats'", "'training step'"}) {
    EXPECT_TRUE(contains(script, text)) << text;
  }
}

TEST(Page, ABandIsNamedOnlyWhereThereIsOne) {
  Panel panel = line_panel();
  for (Curve& each : std::get<Lines>(panel.content).curves) each.half_band.clear();
  EXPECT_FALSE(contains(page_script(page_of({panel}), ImageFormat::kPng), kBand));
}

TEST(Page, AnUndefinedPointBreaksTheLine) {
  const std::string script = page_script(page_of({line_panel()}), ImageFormat::kPng);
  EXPECT_TRUE(contains(script, "<< EOD\n0 3\n\n200 1\n300 0.5\nEOD\n")) << script;
  EXPECT_TRUE(contains(script, "<< EOD\n0 -0.1 0.1\n100 0.25 0.75\n200 0.5 1.5\n")) << script;
}

TEST(Page, AnUndefinedCellIsLeftOutAndNamed) {
  const std::string script = page_script(page_of({map_panel()}), ImageFormat::kPng);
  EXPECT_TRUE(contains(script, "'undefined'"));
  const std::regex cell(R"((-?[0-9.e-]+ ){6}(-?[0-9.]+)\n)");
  std::vector<std::string> values;
  for (std::sregex_iterator each(script.begin(), script.end(), cell), end; each != end; ++each) {
    values.push_back((*each)[2]);
  }
  EXPECT_EQ(values, (std::vector<std::string>{"0.25", "-0.5", "0"}));
}

TEST(Page, CsvHoldsTheDrawnNumbers) {
  EXPECT_EQ(page_csv(page_of({line_panel(), map_panel()})),
            "panel,series,x,value,low,high\n"
            "Losses,\"loss, \"\"own\"\" z\",0,3,,\n"
            "Losses,\"loss, \"\"own\"\" z\",100,,,\n"
            "Losses,\"loss, \"\"own\"\" z\",200,1,,\n"
            "Losses,\"loss, \"\"own\"\" z\",300,0.5,,\n"
            "Losses,gap,0,0,-0.1,0.1\n"
            "Losses,gap,100,0.5,0.25,0.75\n"
            "Losses,gap,200,1,0.5,1.5\n"
            "Losses,gap,300,2,1.9,2.1\n"
            "Losses,log K,,2.25,,\n"
            "Losses,event 1,100,,,\n"
            "Losses,event 2,100,,,\n"
            "Effects,0.0,B1,0.25,,\n"
            "Effects,0.0,z1,-0.5,,\n"
            "Effects,0.1,B1,,,\n"
            "Effects,0.1,z1,0,,\n");
}

TEST(Page, NumbersOfEventsAtOneStepStandApart) {
  const std::string script = page_script(page_of({line_panel()}), ImageFormat::kPng);
  const std::regex number("set label '([12])' at screen ([0-9.]+),[0-9.]+ center");
  std::vector<double> places;
  for (std::sregex_iterator each(script.begin(), script.end(), number), end; each != end; ++each) {
    places.push_back(std::stod((*each)[2]) * kPageWidth);
  }
  ASSERT_EQ(places.size(), 2u);
  EXPECT_GE(places[1] - places[0], text_width("1", kTextSize, true) + 2);
}

// bug: the last number of an axis to 1500000 ran out of the figure
TEST(Page, ThePanelLeavesRoomForTheLastNumberOfItsAxis) {
  Panel panel = line_panel();
  const double few = margins_of(panel, 0, 400).right;
  std::get<Lines>(panel.content).curves = {{"a", {0, 1.5e6}, {1, 2}}};
  const double many = margins_of(panel, 0, 400).right;
  EXPECT_GT(many, few);
  EXPECT_GE(many, text_width("1500000", kTextSize) / 2);
}

// Nothing was shaded in a comparison, and the heading spoke of it.
TEST(Page, TheHeadingSpeaksOfIntervalsOnlyIfThereIsOne) {
  Panel panel = line_panel();
  panel.marks = {{200, "1", true}};
  Page page = page_of({panel});
  page.events = {"an event"};
  EXPECT_EQ(page_script(page, ImageFormat::kPng).find("shaded"), std::string::npos);
  page.rows[0].panels[0].marks[0].low = 100;
  page.rows[0].panels[0].marks[0].high = 200;
  EXPECT_NE(page_script(page, ImageFormat::kPng).find("shaded"), std::string::npos);
}

TEST(Page, AnEventOutsideTheStepsHasNoLine) {
  Panel panel = line_panel();
  panel.marks = {{900, "1", true}};
  EXPECT_FALSE(std::regex_search(page_script(page_of({panel}), ImageFormat::kPng),
                                 std::regex("set label '1' at screen [0-9.]+,[0-9.]+ center")));
}

TEST(Page, TextStaysOnThePage) {
  Page page = page_of({line_panel()});
  page.title = std::string(300, 'W');
  page.notes = {std::string(300, 'n') + " " + std::string(50, 'm')};
  const std::string script = page_script(page, ImageFormat::kPng);
  const std::regex label(
      "set label '([^']*)' at screen ([0-9.]+),[0-9.]+ left font '[^,]*,([0-9.]+)'");
  int n = 0;
  for (std::sregex_iterator each(script.begin(), script.end(), label), end; each != end; ++each) {
    const double pixels = std::stod((*each)[3]) / 0.75;
    EXPECT_LE(std::stod((*each)[2]) * kPageWidth + text_width((*each)[1], pixels), kPageWidth);
    ++n;
  }
  EXPECT_GT(n, 8);
}

TEST(Page, GnuplotDrawsBothFormatsWithoutAWarning) {
  for (ImageFormat format : {ImageFormat::kPng, ImageFormat::kSvg}) {
    EXPECT_EQ(run_gnuplot(page_script(page_of({line_panel(), map_panel()}), format)).words, "");
  }
}

TEST(Panel, TicksAreRoundNumbersInsideTheRange) {
  EXPECT_EQ(nice_ticks({0, 20000}, 5), (std::vector<double>{0, 5000, 10000, 15000, 20000}));
  EXPECT_EQ(nice_ticks({-0.3, 1.1}, 3), (std::vector<double>{0, 0.5, 1}));
  EXPECT_EQ(tick_text(-0.0), "0");
  EXPECT_EQ(tick_text(2000000), "2000000");
}

TEST(Panel, TheAxisHoldsDataBandsAndLevelsAndStartsAtZero) {
  Lines lines;
  lines.curves.push_back({"a", {0, 1}, {2, 4}, {0, 1}, 0});
  lines.levels.push_back({"level", 6, -1});
  const Range range = y_range(lines);
  EXPECT_EQ(range.low, 0);
  EXPECT_GT(range.high, 6);
  lines.curves[0].half_band = {5, 0};
  EXPECT_LT(y_range(lines).low, -3);
  lines.y_low = 0;
  lines.y_high = 1;
  EXPECT_EQ(y_range(lines).high, 1);
}

TEST(Panel, AnAxisOfNothingOrOfOneValueIsStillAnAxis) {
  Lines lines;
  lines.curves.push_back({"a", {0}, {kUnset}, {}, 0});
  EXPECT_LT(y_range(lines).low, y_range(lines).high);
  lines.curves[0].y = {0};
  EXPECT_LT(y_range(lines).low, y_range(lines).high);
}

TEST(Panel, AKeyTooWideForOneRowTakesMore) {
  EXPECT_EQ(key_rows(line_panel(), 1500), 1);
  EXPECT_GT(key_rows(line_panel(), 400), 1);
  EXPECT_EQ(key_rows(line_panel(), 60), 4);
}

TEST(TextWidth, AddsAdvanceWidths) {
  // DejaVu Sans: "M" is 863 and "i" 278 thousandths of the size wide.
  EXPECT_DOUBLE_EQ(text_width("Mi", 100), 86.3 + 27.8);
  EXPECT_DOUBLE_EQ(text_width("…", 10), 10);
}

TEST(TextWidth, ShortenedTextFitsAndKeepsBothEnds) {
  const std::string name = "k10_n1000_with_a_very_long_name_seed_3";
  const std::string fitted = shorten(name, 200, 16);
  EXPECT_LE(text_width(fitted, 16), 200);
  EXPECT_EQ(fitted.front(), 'k');
  EXPECT_EQ(fitted.back(), '3');
  EXPECT_TRUE(contains(fitted, "…"));
  EXPECT_EQ(shorten(name, 2000, 16), name);
}

TEST(TextWidth, WrappedLinesFit) {
  const std::vector<std::string> lines = wrap("one two three four five six", 60, 16);
  EXPECT_GT(lines.size(), 2u);
  for (const std::string& each : lines) EXPECT_LE(text_width(each, 16), 60) << each;
}

}  // namespace
}  // namespace kairo
