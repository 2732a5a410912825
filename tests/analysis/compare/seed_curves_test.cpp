#include "analysis/compare/seed_curves.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/plot/page.h"

namespace kairo {
namespace {

// Seeds whose loss at steps 0, 100, … is as given.
Comparison of_losses(const std::vector<std::vector<double>>& losses) {
  std::vector<ComparedRun> runs;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    ComparedRun run;
    run.name = run.report.experiment = "r" + std::to_string(i);
    run.task = "disambiguation";
    run.variant = "bz_to_a";
    run.seed = std::to_string(i);
    run.settings = {{"data.k", "10"}};
    for (std::size_t s = 0; s < losses[i].size(); ++s) {
      run.tracks["loss"].steps.push_back(100.0 * static_cast<double>(s));
      run.examples.steps.push_back(100.0 * static_cast<double>(s));
      run.examples.values.push_back(1000.0 * static_cast<double>(s));
    }
    run.tracks["loss"].values = losses[i];
    runs.push_back(run);
  }
  return make_comparison("c", runs);
}

std::vector<Curve> curves(const Comparison& c, StepUnit unit = StepUnit::kSteps) {
  return seed_curves(c, c.groups[0], "loss", unit);
}

TEST(SeedCurves, OneSeedIsOneLineWithoutABand) {
  const std::vector<Curve> found = curves(of_losses({{3, 2}}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].drawn, Drawn::kLine);
  EXPECT_TRUE(found[0].half_band.empty());
}

// Seeds 1, 2, 6: median 2, band from 1 to 6.
TEST(SeedCurves, RangeGoesFromTheSmallestToTheLargestAroundTheMedian) {
  const std::vector<Curve> found = curves(of_losses({{6, 6}, {1, 1}, {2, 2}}));
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].drawn, Drawn::kThinLine);
  const Curve& group = found.back();
  EXPECT_EQ(group.y, (std::vector<double>{2, 2}));
  EXPECT_EQ(group.middle(0) - group.half_band[0], 1);
  EXPECT_EQ(group.middle(0) + group.half_band[0], 6);
}

TEST(SeedCurves, BandEndsWhereTheFirstSeedEnds) {
  const std::vector<Curve> found = curves(of_losses({{6, 6, 6}, {1, 1}}));
  EXPECT_EQ(found[0].steps.size(), 3U);
  EXPECT_EQ(found.back().steps, (std::vector<double>{0, 100}));
}

// 1, 2 and 3: mean 2, s = 1, half width 4.3027 / sqrt(3).
TEST(SeedCurves, TIntervalIsOfTheMean) {
  Comparison c = of_losses({{1}, {2}, {3}});
  c.band = SeedBand::kTInterval;
  const Curve group = curves(c).back();
  EXPECT_EQ(group.y[0], 2);
  EXPECT_NEAR(group.half_band[0], 4.302652729911275 / std::sqrt(3), 1e-9);
}

// Two seeds had a band that filled the panel.
TEST(SeedCurves, TwoSeedsHaveNoTInterval) {
  Comparison c = of_losses({{1}, {3}});
  c.band = SeedBand::kTInterval;
  EXPECT_TRUE(curves(c).back().half_band.empty());
  EXPECT_EQ(seed_band_name(c, c.groups_of(""), "loss"), "");
}

TEST(SeedCurves, StandInTheUnitAskedFor) {
  EXPECT_EQ(curves(of_losses({{6, 6, 6}, {1, 1}}), StepUnit::kExamples).back().steps,
            (std::vector<double>{0, 1000}));
}

TEST(SeedCurves, ManySeedsAreABandAlone) {
  EXPECT_EQ(curves(of_losses(std::vector<std::vector<double>>(kMostThinLines + 1, {1, 2}))).size(),
            1U);
}

TEST(SeedBandName, SaysWhatTheBandIsAndOfHowManySeeds) {
  Comparison c = of_losses({{1}, {2}, {3}});
  const auto name = [&] { return seed_band_name(c, c.groups_of(""), "loss"); };
  EXPECT_EQ(name(), "range of 3 seeds (contains the median: 75 %)");
  c.band = SeedBand::kTInterval;
  EXPECT_EQ(name(), "pointwise 95 % t interval, 3 seeds");
  EXPECT_EQ(seed_band_name(c, c.groups_of(""), "accuracy"), "");
}

// A run without the curve used to be counted: a band of three seeds was called one of four.
TEST(SeedBandName, CountsTheRunsThatHaveTheCurve) {
  Comparison c = of_losses({{1}, {2}, {3}, {4}});
  c.runs[3].tracks.clear();
  EXPECT_EQ(seed_band_name(c, c.groups_of(""), "loss"),
            "range of 3 seeds (contains the median: 75 %)");
}

TEST(TrackPanel, IsNoneWhereNoRunHasTheCurve) {
  const Comparison c = of_losses({{1}});
  EXPECT_FALSE(track_panel(c, c.groups_of(""), {"", "", "accuracy"}).has_value());
}

TEST(TrackPanel, KeyNamesBandSeedsAndGroup) {
  const Comparison c = of_losses({{1}, {2}, {3}});
  std::vector<std::string> names;
  for (const KeyItem& item : key_items(*track_panel(c, c.groups_of(""), {"", "", "loss"}))) {
    names.push_back(item.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"each seed", "median of 3 seeds",
                                             seed_band_name(c, c.groups_of(""), "loss")}));
}

}  // namespace
}  // namespace kairo
