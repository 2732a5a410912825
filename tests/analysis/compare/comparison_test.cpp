#include "analysis/compare/comparison.h"

#include <gtest/gtest.h>

#include "analysis/plot/palette.h"
#include "core/base/error.h"

namespace kairo {
namespace {

ComparedRun run_of(const std::string& name, const std::string& direction, const std::string& k,
                   const std::string& seed) {
  ComparedRun run;
  run.name = run.report.experiment = name;
  run.task = "disambiguation";
  run.variant = direction;
  run.number = std::stoll(k);
  run.seed = seed;
  run.settings = {{"data.task", direction}, {"data.k", k}, {"model.d_model", "128"}};
  return run;
}

std::string usage_error(std::vector<ComparedRun> runs) {
  try {
    make_comparison("c", std::move(runs));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.what();
  }
  return "";
}

TEST(Comparison, GroupsByEverythingButTheSeed) {
  const Comparison c =
      make_comparison("c", {run_of("a", "bz_to_a", "5", "0"), run_of("b", "az_to_b", "5", "0"),
                            run_of("d", "bz_to_a", "5", "1"), run_of("e", "bz_to_a", "10", "0")});
  ASSERT_EQ(c.groups.size(), 3U);
  EXPECT_EQ(c.groups[0].runs, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(c.groups[0].name, "bz_to_a, K 5");
  EXPECT_EQ(c.groups[2].name, "bz_to_a, K 10");
  EXPECT_EQ(c.differing, (std::vector<std::string>{"data.task", "data.k"}));
  EXPECT_EQ(c.variants(), (std::vector<std::string>{"bz_to_a", "az_to_b"}));
}

TEST(Comparison, AFamilyHasAColourAndADirectionADash) {
  const Comparison c =
      make_comparison("c", {run_of("a", "bz_to_a", "5", "0"), run_of("b", "az_to_b", "5", "0"),
                            run_of("e", "bz_to_a", "10", "0")});
  EXPECT_EQ(c.families, (std::vector<std::string>{"K 5", "K 10"}));
  const int colors = static_cast<int>(kLineColors.size());
  EXPECT_EQ(c.groups[0].style, 0);
  EXPECT_EQ(c.groups[1].style, colors);
  EXPECT_EQ(c.groups[2].style, 1);
}

TEST(Comparison, AloneARunNamesItsGroup) {
  const Comparison c = make_comparison("c", {run_of("seeds/seed0", "bz_to_a", "5", "0")});
  ASSERT_EQ(c.groups.size(), 1U);
  EXPECT_EQ(c.groups[0].name, "seeds/seed0");
}

// The median of five seeds was called by the name of the first.
TEST(Comparison, SeveralSeedsAreNotCalledByOneOfThem) {
  const Comparison c = make_comparison("c", {run_of("seeds/seed0", "bz_to_a", "5", "0"),
                                             run_of("seeds/seed1", "bz_to_a", "5", "1")});
  ASSERT_EQ(c.groups.size(), 1U);
  EXPECT_EQ(c.groups[0].name, "2 seeds");
}

TEST(Comparison, RefusesWhatIsNoSecondSeed) {
  EXPECT_NE(usage_error({}), "");
  EXPECT_NE(usage_error({run_of("a", "bz_to_a", "5", "0"), run_of("a", "bz_to_a", "5", "0")})
                .find("the run a twice"),
            std::string::npos);
  EXPECT_NE(usage_error({run_of("a", "bz_to_a", "5", "0"), run_of("b", "bz_to_a", "5", "0")})
                .find("a and b have equal settings and seed 0"),
            std::string::npos);
}

TEST(Comparison, RefusesRunsOfDifferentTasks) {
  ComparedRun other = run_of("b", "bz_to_a", "5", "1");
  other.task = "another";
  EXPECT_NE(usage_error({run_of("a", "bz_to_a", "5", "0"), other}).find("b has another)"),
            std::string::npos);
}

// A step at accuracy 0.8 would stand among those at 0.9.
// Runs with 64 and with 256 examples were refused, though their events are the same.
TEST(Comparison, ComparesRunsThatWereMeasuredDifferentlyAndSaysSo) {
  ComparedRun one = made::compared(made::k_sweep()[0]);
  ComparedRun other = made::compared(made::k_sweep()[1]);
  one.report.options = {{"performance: probes.n_examples", "256"},
                        {"z_shuffle: probes.n_examples", "256"}};
  other.report.options = {{"performance: probes.n_examples", "64"},
                          {"z_shuffle: probes.n_examples", "64"}};
  const Comparison comparison = make_comparison("made", {one, other});
  ASSERT_EQ(comparison.warnings.size(), 1U);  // one line for both probes
  EXPECT_EQ(comparison.warnings[0],
            "probes.n_examples is 256 in " + one.name + "; 64 in " + other.name +
                " (probes: performance, z_shuffle). The runs are compared all the same.");
  EXPECT_NE(comparison.runs[0].event("accuracy")->status, SeedStatus::kLeftOut);
}

// Another threshold makes another event: its numbers side by side would mean nothing.
TEST(Comparison, LeavesOutTheEventWhoseThresholdDiffers) {
  ComparedRun one = made::compared(made::k_sweep()[0]);
  ComparedRun other = made::compared(made::k_sweep()[1]);
  one.report.options = {{"transitions.accuracy", "0.9"}};
  other.report.options = {{"transitions.accuracy", "0.8"}};
  const Comparison comparison = make_comparison("made", {one, other});
  ASSERT_EQ(comparison.warnings.size(), 1U);
  EXPECT_NE(comparison.warnings[0].find("The event accuracy is left out"), std::string::npos);
  for (const ComparedRun& run : comparison.runs) {
    EXPECT_EQ(run.event("accuracy")->status, SeedStatus::kLeftOut);
    EXPECT_NE(run.event("z_gap")->status, SeedStatus::kLeftOut);
  }
}

TEST(Comparison, RefusesNumbersOnTrainingExamplesBesideThoseOnHeldOutOnes) {
  ComparedRun one = made::compared(made::k_sweep()[0]);
  ComparedRun other = made::compared(made::k_sweep()[1]);
  one.report.options = {{"performance: probes.split", "train"}};
  other.report.options = {{"performance: probes.split", "held_out"}};
  try {
    make_comparison("made", {one, other});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_NE(std::string(error.what()).find("probes.split"), std::string::npos);
  }
}

// Runs that the user named were called by their settings: "n_unique_b 400, K 7, max_steps 3000".
TEST(Comparison, RunsKeepTheNamesThatTheUserGave) {
  ComparedRun one = made::compared(made::k_sweep()[0]);    // K 5
  ComparedRun other = made::compared(made::k_sweep()[6]);  // K 10
  EXPECT_EQ(make_comparison("made", {one, other}).groups[0].name, "K 5");
  one.is_named = other.is_named = true;
  const Comparison comparison = make_comparison("made", {one, other});
  EXPECT_EQ(comparison.groups[0].name, one.name);
  EXPECT_EQ(comparison.groups[1].name, other.name);
}

}  // namespace
}  // namespace kairo
