#include "analysis/compare/comparison_figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "analysis/compare/comparison_tables.h"
#include "analysis/compare/seed_curves.h"
#include "studies/late_disambiguation/compare/compare.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/analysis/compare/made_comparison.h"
#include "tests/analysis/figure_folder.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

Comparison of(const std::vector<made::Spec>& specs) {
  std::vector<ComparedRun> runs;
  for (const made::Spec& each : specs) runs.push_back(made::compared(each));
  return make_comparison("made", runs);
}

const Comparison& sweep_of_k() {
  static const Comparison comparison = of(made::k_sweep());
  return comparison;
}

const Comparison& sweep_of_temperatures() {
  static const Comparison comparison = of(made::temperature());
  return comparison;
}

// Without the thin lines.
std::vector<Curve> points_in(const Lines& lines) {
  std::vector<Curve> points;
  std::copy_if(lines.curves.begin(), lines.curves.end(), std::back_inserter(points),
               [](const Curve& each) { return each.drawn == Drawn::kPoints; });
  return points;
}

const Lines& lines_of(const Panel& panel) { return std::get<Lines>(panel.content); }

TEST(AllK, DrawsEachFloorInTheColourOfItsK) {
  const std::vector<NamedDrawing> drawings = late_disambiguation::all_k(sweep_of_k());
  const Panel& panel = drawings.at(0).drawing.page.rows.at(0).panels.at(0);
  const Lines& lines = lines_of(panel);
  ASSERT_EQ(lines.levels.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const RunGroup& group = *sweep_of_k().groups_of("bz_to_a")[i];
    EXPECT_EQ(lines.levels[i].style, group.style);
    double mean = 0;
    for (std::size_t run : group.runs) mean += sweep_of_k().runs[run].first_target_floor / 3;
    EXPECT_NEAR(lines.levels[i].y, mean, 1e-12);
    EXPECT_GT(mean, 0.5 * std::log(static_cast<double>(group.number)));
    EXPECT_LE(mean, std::log(static_cast<double>(group.number)) + 1e-12);
  }
}

TEST(KDependence, HasALogarithmicAxisWithTheKsAsTics) {
  const std::vector<Panel> panels = number_panels(sweep_of_k());
  ASSERT_EQ(panels.size(), 2U);
  EXPECT_TRUE(lines_of(panels[0]).x.is_log);
  EXPECT_EQ(lines_of(panels[0]).x.tick_names, (std::vector<std::string>{"5", "10", "20"}));
  EXPECT_TRUE(lines_of(panels[0]).log_y);  // a doubling is a straight line
}

std::size_t n_links(const Comparison& comparison) {
  const Panel panel = number_panels(comparison).at(0);
  const std::vector<Curve>& curves = std::get<Lines>(panel.content).curves;
  return static_cast<std::size_t>(std::count_if(
      curves.begin(), curves.end(),
      [](const Curve& each) { return each.shared_name == "runs that differ in K alone"; }));
}

// Runs that also differed in the number of bases were joined by a line over K.
TEST(KDependence, JoinsOnlyRunsThatDifferInKAlone) {
  std::vector<ComparedRun> runs;
  for (std::size_t i : {0, 6, 12}) runs.push_back(made::compared(made::k_sweep()[i]));
  const Comparison alike = make_comparison("made", runs);
  EXPECT_EQ(n_links(alike), lag_events(alike).size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].settings.emplace_back("data.n_unique_b", std::to_string(i));
  }
  const Comparison unlike = make_comparison("made", runs);
  EXPECT_EQ(n_links(unlike), 0U);
  const std::vector<std::string> notes = number_dependence(unlike).at(0).drawing.page.notes;
  EXPECT_NE(notes.back().find("also differ in data.n_unique_b"), std::string::npos) << notes.back();
  runs[2].settings.back().second = "0";  // K 5 and K 20 differ in K alone
  EXPECT_EQ(n_links(make_comparison("made", runs)), lag_events(alike).size());
}

std::vector<made::Spec> seeds_of_k20() {
  std::vector<made::Spec> specs;
  for (const made::Spec& each : made::k_sweep()) {
    if (each.k == 20 && each.direction == Direction::kBzToA) specs.push_back(each);
  }
  return specs;
}

// Of one group every event stood over the one name of that group.
TEST(Lags, OfOneGroupStandOverTheEventsWithAColourASeed) {
  const Comparison seeds = of(seeds_of_k20());
  const Panel panel = *lags_panel(seeds);
  const Lines& lines = lines_of(panel);
  EXPECT_EQ(lines.x.ticks.size(), lag_events(seeds).size());
  const std::vector<Curve> points = points_in(lines);
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[2].name, "seed 2");
  EXPECT_NE(points[0].style, points[1].style);
  EXPECT_LT(points[0].aside, points[1].aside);
  EXPECT_EQ(points[2].known_at(0), Known::kAtLeast);  // ends at 2300, before its transition
  EXPECT_EQ(points[2].y[0], 2300);
}

TEST(OrderFigure, SortsSeriesByTheirStepAndDrawsEverySeedAtEveryShare) {
  const Comparison seeds = of(seeds_of_k20());
  const std::vector<NamedDrawing> drawings = order_of_events(seeds);
  ASSERT_EQ(drawings.at(0).drawing.left_out, "");
  const Lines& lines = lines_of(drawings.at(0).drawing.page.rows.at(0).panels.at(0));
  const std::vector<std::string>& names = lines.x.tick_names;
  const auto place = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) - names.begin();
  };
  // As the report calls the series, without the head that a run chose.
  ASSERT_LT(place("attention to z"), static_cast<std::ptrdiff_t>(names.size()));
  EXPECT_LT(place("accuracy"), place("attention to z"));  // the base before z
  const std::vector<Curve> points = points_in(lines);
  ASSERT_EQ(points.size(), 3 * kRiseShares.size());
  EXPECT_EQ(lines.curves.size(), points.size() + kRiseShares.size());  // and a range each
  EXPECT_LT(points[0].aside, points[1].aside);                         // no seed hides another
  const SeedsTable table = over_seeds(
      {seeds.runs[0].report, seeds.runs[1].report, seeds.runs[2].report}, seeds.confidence);
  for (const EventOverSeeds& each : table.events) {
    if (each.name != rise_event_name("accuracy", 2)) continue;
    for (std::size_t seed = 0; seed < 3; ++seed) {
      const Curve& last = points[3 * 2 + seed];
      EXPECT_EQ(last.shared_name, "75 % of its rise");
      EXPECT_EQ(last.y.at(place("accuracy")), static_cast<double>(each.seeds[seed].step));
    }
  }
}

TEST(OrderFigure, IsLeftOutWithoutASecondSeed) {
  EXPECT_EQ(order_of_events(of({made::k_sweep().front()})).at(0).drawing.left_out,
            "no group has two seeds with two series to put in order");
}

// The run of K = 20 that ends at 2300 never got there.
TEST(KDependence, DrawsACensoredRunAtItsEndAndNamesIt) {
  const Panel panel = number_panels(sweep_of_k())[0];
  bool found = false;
  for (const Curve& curve : lines_of(panel).curves) {
    for (std::size_t i = 0; i < curve.y.size(); ++i) {
      if (curve.known_at(i) != Known::kAtLeast) continue;
      found = true;
      EXPECT_EQ(curve.steps[i], 20);
      EXPECT_EQ(curve.y[i], 2300);
    }
  }
  EXPECT_TRUE(found);
  const std::vector<KeyItem> items = key_items(panel);
  EXPECT_TRUE(std::any_of(items.begin(), items.end(), [](const KeyItem& item) {
    return item.sample == KeyItem::Sample::kAtLeast;
  }));
  Page page;
  page.rows.push_back({{panel}, {}, 300, ""});
  EXPECT_NE(page_csv(page).find(",20,,2300,\n"), std::string::npos) << page_csv(page);
}

TEST(SideBySide, IsAFigureForEachK) {
  std::vector<std::string> names;
  for (const NamedDrawing& each : side_by_side(sweep_of_k())) {
    names.push_back(each.name);
    EXPECT_EQ(each.drawing.page.rows.at(0).panels.size(), 2U);
    EXPECT_EQ(each.drawing.page.events.size(), lag_events(sweep_of_k()).size());
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"side_by_side_k5", "side_by_side_k10", "side_by_side_k20"}));
}

// bug: events were numbered by kind, so that the lines of a panel read 3 4 1 2
TEST(SideBySide, NumbersTheEventsInTheOrderOfTheFirstDirection) {
  std::size_t n_marks = 0;
  for (const NamedDrawing& each : side_by_side(sweep_of_k())) {
    const std::vector<Mark>& marks = each.drawing.page.rows.at(0).panels.at(0).marks;
    n_marks += marks.size();
    for (std::size_t i = 0; i < marks.size(); ++i) {
      EXPECT_EQ(marks[i].label, std::to_string(i + 1)) << each.name;
      EXPECT_LT(marks[i].low, marks[i].step) << each.name;
      if (i > 0) EXPECT_GE(marks[i].step, marks[i - 1].step) << each.name;
    }
  }
  EXPECT_GE(n_marks, 4U);
}

std::vector<Level> chance_of(Comparison comparison) {
  for (ComparedRun& run : comparison.runs) {
    run.tracks["candidate_loss"] = run.tracks["first_target_loss"];
  }
  return lines_of(late_disambiguation::candidate_panels(comparison).at(0)).levels;
}

TEST(CandidateLoss, DrawsChanceInTheColourOfItsKAndGreyWhereAllHaveOne) {
  const std::vector<Level> of_k = chance_of(sweep_of_k());
  ASSERT_EQ(of_k.size(), 3U);
  EXPECT_EQ(of_k[0].style, sweep_of_k().groups[0].style);
  const std::vector<Level> one = chance_of(sweep_of_temperatures());
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].style, -1);
}

TEST(TemperatureLag, WritesTheFitIntoTheFigure) {
  const Panel panel = *temperature_panel(sweep_of_temperatures(), StepUnit::kSteps);
  EXPECT_NE(panel.title.find("6 cells"), std::string::npos) << panel.title;
  EXPECT_NE(panel.title.find("r = -0."), std::string::npos) << panel.title;
  const std::vector<KeyItem> items = key_items(panel);
  EXPECT_TRUE(std::any_of(items.begin(), items.end(), [](const KeyItem& item) {
    return item.name.rfind("slope -", 0) == 0 &&
           item.name.find(" (95 % interval ") != std::string::npos;
  }));
}

TEST(ComparisonFigures, ThoseWithoutMeaningAreLeftOutWithAReason) {
  FigureFolder folder;
  const Comparison seeds = of({made::k_sweep()[0], made::k_sweep()[1]});
  for (const FigureResult& each : draw_comparison(seeds, folder.path())) {
    EXPECT_EQ(each.left_out.empty(), folder.has(each.name + ".png")) << each.name;
    const bool needs_more = each.name == "k_dependence" || each.name == "all_k" ||
                            each.name == "side_by_side" || each.name == "temperature_loss" ||
                            each.name == "temperature_lag";
    EXPECT_TRUE(!needs_more || !each.left_out.empty()) << each.name;
    EXPECT_TRUE(each.name != "overlay" || each.left_out.empty());
  }
}

TEST(ComparisonFigures, AllAreWrittenThreeTimesAndNoOthers) {
  FigureFolder folder;
  std::size_t n_drawn = 0;
  for (const FigureResult& each : draw_comparison(sweep_of_temperatures(), folder.path())) {
    if (!each.left_out.empty()) continue;
    ++n_drawn;
    EXPECT_NE(each.caption, "") << each.name;
    for (const char* extension : {".png", ".svg", ".csv"}) {
      EXPECT_TRUE(folder.has(each.name + extension)) << each.name << extension;
    }
  }
  const auto files = std::filesystem::directory_iterator(folder.path());
  EXPECT_EQ(static_cast<std::size_t>(std::distance(begin(files), end(files))), 3 * n_drawn);
}

}  // namespace
}  // namespace kairo
