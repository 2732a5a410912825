#include "analysis/compare/lag.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/compare/temperature.h"
#include "tests/analysis/compare/made_comparison.h"

namespace kairo {
namespace {

constexpr const char* kEvent = "accuracy";

ReportedEvent event(SeedStatus status, int64_t after, int64_t step, int64_t last) {
  ReportedEvent e;
  e.name = kEvent;
  e.title = "accuracy > 0.9";
  e.status = status;
  e.after = after;
  e.step = step;
  e.last_step = last;
  return e;
}

// A run that sees 10 examples a step, and one event.
ComparedRun run_with(const std::string& name, const std::string& direction, const std::string& seed,
                     const ReportedEvent& e) {
  ComparedRun run;
  run.name = run.report.experiment = name;
  run.task = "disambiguation";
  run.variant = direction;
  run.number = 10;
  run.seed = seed;
  run.learning_rate = 1e-3;
  run.batch_size = 100;
  run.settings = {{"data.task", direction}, {"data.k", "10"}};
  run.examples = {{0, 100, 200, 1000}, {0, 1000, 2000, 10000}};
  run.report.events = {e};
  return run;
}

TEST(Lag, LiesBetweenTwoRecordsInEveryUnit) {
  const ComparedRun run =
      run_with("a", "bz_to_a", "0", event(SeedStatus::kConfirmed, 100, 150, 1000));
  const Lag steps = lag_of(run, kEvent, StepUnit::kSteps);
  EXPECT_EQ(steps.after, 100);
  EXPECT_EQ(steps.at, 150);
  EXPECT_EQ(lag_text(steps), "150 in (100, 150]");
  const Lag examples = lag_of(run, kEvent, StepUnit::kExamples);
  EXPECT_EQ(examples.after, 1000);
  EXPECT_EQ(examples.at, 1500);
  EXPECT_EQ(lag_of(run, kEvent, StepUnit::kSummedLr).status, SeedStatus::kLeftOut);
}

TEST(Lag, OfARunWithoutTheEventIsABoundAndNoNumber) {
  const ComparedRun run = run_with("a", "bz_to_a", "0", event(SeedStatus::kCensored, -1, -1, 1000));
  const Lag lag = lag_of(run, kEvent, StepUnit::kSteps);
  EXPECT_EQ(lag.status, SeedStatus::kCensored);
  EXPECT_TRUE(std::isnan(lag.at));
  EXPECT_EQ(lag_text(lag), "> 1000");
  EXPECT_EQ(lag_of(run, "z_gap", StepUnit::kSteps).status, SeedStatus::kLeftOut);
}

TEST(Lag, UnconfirmedOneIsSaidToBe) {
  const ComparedRun run =
      run_with("a", "bz_to_a", "0", event(SeedStatus::kUnconfirmed, 900, 1000, 1000));
  EXPECT_EQ(lag_text(lag_of(run, kEvent, StepUnit::kSteps)), "1000 in (900, 1000], unconfirmed");
}

// lr rises by 1 a step to 4: 1 + 2 + 3 + 4 = 10; then 4, 4 to step 6.
TEST(SummedLearningRate, IsTheSumOverUpdates) {
  Metrics metrics;
  metrics.steps = {0, 2, 4, 6};
  metrics.columns["learning_rate"] = {std::nan(""), 2, 4, 4};
  const Track sum = summed_learning_rate(metrics);
  EXPECT_EQ(sum.steps, (std::vector<double>{0, 2, 4, 6}));
  EXPECT_EQ(sum.values, (std::vector<double>{0, 3, 10, 18}));
}

TEST(SummedLearningRate, OfACosineLoggedEveryHundredStepsIsThatOfEveryStep) {
  const auto rate = [](int64_t s) {
    return s < 500 ? 1e-3 * static_cast<double>(s) / 500
                   : 5e-4 * (1 + std::cos(M_PI * static_cast<double>(s - 500) / 19500));
  };
  Metrics metrics;
  double exact = 0;
  for (int64_t s = 1; s <= 8000; ++s) {
    exact += rate(s);
    if (s % 100 != 0) continue;
    metrics.steps.push_back(s);
    metrics.columns["learning_rate"].push_back(rate(s));
  }
  EXPECT_NEAR(summed_learning_rate(metrics).values.back() / exact, 1, 3e-5);
}

Comparison of_lags(const std::vector<ReportedEvent>& events) {
  std::vector<ComparedRun> runs;
  for (std::size_t i = 0; i < events.size(); ++i) {
    runs.push_back(run_with("r" + std::to_string(i), "bz_to_a", std::to_string(i), events[i]));
  }
  return make_comparison("c", runs);
}

TEST(MedianLag, CountsACensoredRunAsBeyondAllOthers) {
  const ReportedEvent early = event(SeedStatus::kConfirmed, 100, 200, 1000);
  const ReportedEvent late = event(SeedStatus::kConfirmed, 500, 600, 1000);
  const ReportedEvent never = event(SeedStatus::kCensored, -1, -1, 900);
  const auto median = [](const Comparison& c) {
    return median_lag(c, c.groups[0], kEvent, StepUnit::kSteps);
  };
  EXPECT_EQ(median(of_lags({late, never, early})).value, 600);
  EXPECT_EQ(median(of_lags({late, early})).value, 400);
  const SeedValue beyond = median(of_lags({never, early, never}));
  EXPECT_EQ(beyond.status, SeedStatus::kCensored);
  EXPECT_EQ(value_text(beyond), "> 900");
}

DifferenceRow only_row(const std::vector<ComparedRun>& runs) {
  for (const DifferenceRow& row : difference_table(make_comparison("c", runs))) {
    if (row.event == kEvent) return row;
  }
  return {};
}

// 600 in (500, 600] less 250 in (200, 250]: 350, between 500 - 250 and 600 - 200.
TEST(LagDifference, LiesBetweenTheBoundsOfBoth) {
  const DifferenceRow row =
      only_row({run_with("a", "bz_to_a", "0", event(SeedStatus::kConfirmed, 500, 600, 1000)),
                run_with("b", "az_to_b", "0", event(SeedStatus::kConfirmed, 200, 250, 1000))});
  ASSERT_EQ(row.seeds.size(), 1U);
  EXPECT_EQ(difference_text(row.seeds[0]), "350 in (250, 400)");
  EXPECT_FALSE(row.spread.has_t_interval);
}

TEST(LagDifference, WithOneCensoredIsABound) {
  const ReportedEvent never = event(SeedStatus::kCensored, -1, -1, 1000);
  const ReportedEvent reached = event(SeedStatus::kConfirmed, 200, 250, 900);
  EXPECT_EQ(difference_text(only_row({run_with("a", "bz_to_a", "0", never),
                                      run_with("b", "az_to_b", "0", reached)})
                                .seeds[0]),
            "> 750");
  EXPECT_EQ(difference_text(only_row({run_with("a", "bz_to_a", "0", reached),
                                      run_with("b", "az_to_b", "0", never)})
                                .seeds[0]),
            "< -750");
  const DifferenceRow both =
      only_row({run_with("a", "bz_to_a", "0", never), run_with("b", "az_to_b", "0", never)});
  EXPECT_EQ(difference_text(both.seeds[0]), "not bounded");
  EXPECT_EQ(both.count(SeedStatus::kCensored), 1U);
}

// An unconfirmed lag used to be a number here and in a median, while the tables over seeds knew its
// lower bound alone: 1000 may not have held.
TEST(LagDifference, OfAnUnconfirmedLagIsABound) {
  const ReportedEvent early = event(SeedStatus::kUnconfirmed, 900, 1000, 1000);
  const ReportedEvent reached = event(SeedStatus::kConfirmed, 200, 250, 900);
  const DifferenceRow row =
      only_row({run_with("a", "bz_to_a", "0", early), run_with("b", "az_to_b", "0", reached),
                run_with("c", "bz_to_a", "1", reached), run_with("d", "az_to_b", "1", reached)});
  EXPECT_EQ(difference_text(row.seeds[0]), "> 650, unconfirmed");
  EXPECT_EQ(row.count(SeedStatus::kUnconfirmed), 1U);
  EXPECT_FALSE(row.spread.has_t_interval);
  EXPECT_EQ(row.spread.range_low, -50);
  EXPECT_TRUE(std::isinf(row.spread.range_high));
}

// Differences 300, 500 and 400 of 100-wide records: mean 400, s = 100, t = 4.3027 with 2 degrees;
// bounds 100 lower and 100 higher, 200^2/12 between them.
TEST(LagDifference, OverSeedsHasATIntervalAndARange) {
  const auto reached = [](int64_t step) {
    return event(SeedStatus::kConfirmed, step - 100, step, 2000);
  };
  std::vector<ComparedRun> runs = {
      run_with("a0", "bz_to_a", "0", reached(600)), run_with("a1", "bz_to_a", "1", reached(900)),
      run_with("b1", "az_to_b", "1", reached(400)), run_with("b0", "az_to_b", "0", reached(300)),
      run_with("a2", "bz_to_a", "2", reached(700)), run_with("b2", "az_to_b", "2", reached(300))};
  const DifferenceRow row = only_row(runs);
  ASSERT_TRUE(row.spread.has_t_interval);
  EXPECT_EQ(row.spread.mean, 400);
  const double half = 4.302652729911275 * std::sqrt((10000 + 40000.0 / 12) / 3);
  EXPECT_NEAR(row.spread.t_low, 400 - half, 1e-6);
  EXPECT_NEAR(row.spread.t_high, 400 + half, 1e-6);
  EXPECT_EQ(row.spread.range_low, 200);
  EXPECT_EQ(row.spread.range_high, 600);
  EXPECT_EQ(row.spread.range_coverage, 0.75);
  runs.push_back(run_with("a3", "bz_to_a", "3", event(SeedStatus::kCensored, -1, -1, 2000)));
  runs.push_back(run_with("b3", "az_to_b", "3", reached(300)));
  const DifferenceRow censored = only_row(runs);
  EXPECT_FALSE(censored.spread.has_t_interval);
  EXPECT_EQ(censored.count(SeedStatus::kConfirmed), 3U);
  EXPECT_EQ(censored.count(SeedStatus::kCensored), 1U);
  EXPECT_EQ(censored.spread.why_no_t, "not reached in 1 of 4 seeds, so no mean");
  EXPECT_TRUE(std::isinf(censored.spread.range_high));
}

// Four cells; each lag lies in (step - 2, step + 2], so that its middle is the step. 0: never.
std::vector<ComparedRun> temperatures(const std::vector<int64_t>& steps,
                                      const std::string& seed = "0") {
  std::vector<ComparedRun> runs;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    ReportedEvent e = steps[i] > 0
                          ? event(SeedStatus::kConfirmed, steps[i] - 2, steps[i] + 2, 99999)
                          : event(SeedStatus::kCensored, -1, -1, 99999);
    ComparedRun run = run_with("r" + std::to_string(i) + "_" + seed, "bz_to_a", seed, e);
    run.learning_rate = i < 3 ? 1e-3 * std::pow(10.0, static_cast<double>(i)) : 1e-3;
    run.batch_size = i < 3 ? 10 : 100;
    run.settings = {{"training.learning_rate", std::to_string(run.learning_rate)},
                    {"training.batch_size", std::to_string(run.batch_size)}};
    runs.push_back(run);
  }
  return runs;
}

// log10 T = -4, -3, -2 and -5, lag 1000, 100, 10 and 10000: exponents -1 and 1.
TEST(TemperatureFit, FindsTheExponentsOfRateAndBatch) {
  const Comparison comparison = make_comparison("c", temperatures({1000, 100, 10, 10000}));
  EXPECT_EQ(why_no_temperature(comparison), "");
  EXPECT_NEAR(log10_temperature(comparison.runs[0]), -4, 1e-12);
  const TemperatureFit fit = fit_temperature(comparison, kEvent, StepUnit::kSteps);
  ASSERT_EQ(fit.on_both.why_not, "");
  EXPECT_NEAR(fit.on_both.slopes[0].value, -1, 1e-9);
  EXPECT_NEAR(fit.on_both.slopes[1].value, 1, 1e-9);
  EXPECT_NEAR(fit.on_both.sum.value, 0, 1e-9);  // T alone decides
  // Sxx = 5, Sxy = sum (x + 3.5) y = -500 + 50 + 15 - 15000.
  EXPECT_NEAR(fit.on_temperature.slopes[0].value, (-500.0 + 50 + 15 - 15000) / 5, 1e-6);
}

TEST(TemperatureFit, ItsSlopeIsWrittenWithoutAnExponent) {
  EXPECT_EQ(slope_text({4651, -5097, 14403}, 0.95), "4650 (95 % interval -5100 to 14400)");
  EXPECT_EQ(slope_text({-1.2345, -2, 0.0004321}, 0.9), "-1.23 (90 % interval -2 to 0.000432)");
  EXPECT_EQ(slope_text({999.4, 999.6, 1004.9}, 0.9), "999 (90 % interval 1000 to 1000)");
}

TEST(TemperatureFit, WithACensoredRunIsNone) {
  const TemperatureFit fit = fit_temperature(make_comparison("c", temperatures({1000, 100, 10, 0})),
                                             kEvent, StepUnit::kSteps);
  EXPECT_EQ(fit.n_censored, 1U);
  EXPECT_NE(fit.on_temperature.why_not.find("1 of 4 runs never had the event"), std::string::npos);
  EXPECT_NE(fit.on_both.why_not, "");
}

TEST(TemperatureFit, WithAnUnconfirmedRunIsNone) {
  std::vector<ComparedRun> runs = temperatures({1000, 100, 10, 10000});
  runs[0].report.events[0].status = SeedStatus::kUnconfirmed;
  const TemperatureFit fit = fit_temperature(make_comparison("c", runs), kEvent, StepUnit::kSteps);
  EXPECT_EQ(fit.n_unconfirmed, 1U);
  EXPECT_NE(fit.on_temperature.why_not.find("in 1 it is unconfirmed"), std::string::npos);
  EXPECT_NE(fit.on_both.why_not, "");
}

// Seeds used to be points of their own: copies of each made n larger and the interval narrower.
TEST(TemperatureFit, IsOverCellsWhateverTheirSeeds) {
  const std::vector<int64_t> steps = {1000, 300, 80, 5000};
  std::vector<ComparedRun> runs = temperatures(steps);
  const TemperatureFit one = fit_temperature(make_comparison("c", runs), kEvent, StepUnit::kSteps);
  for (const char* seed : {"1", "2"}) {
    for (const ComparedRun& each : temperatures(steps, seed)) runs.push_back(each);
  }
  const TemperatureFit three =
      fit_temperature(make_comparison("c", runs), kEvent, StepUnit::kSteps);
  EXPECT_EQ(three.n_runs, 12U);
  EXPECT_EQ(three.on_temperature.n, 4U);
  EXPECT_NEAR(three.on_temperature.slopes[0].low, one.on_temperature.slopes[0].low, 1e-6);
  EXPECT_NEAR(three.on_both.sum.high, one.on_both.sum.high, 1e-9);
}

TEST(TemperatureFit, OfALagOfZeroHasNoLogarithm) {
  std::vector<ComparedRun> runs = temperatures({1000, 100, 10, 10000});
  runs[0].report.events[0].after = -1;
  runs[0].report.events[0].step = 0;
  const TemperatureFit fit = fit_temperature(make_comparison("c", runs), kEvent, StepUnit::kSteps);
  EXPECT_EQ(fit.on_both.why_not, "a lag of 0 has no logarithm");
  EXPECT_EQ(fit.on_temperature.why_not, "");
}

TEST(TemperatureFit, NeedsRunsThatDifferInNothingElse) {
  std::vector<ComparedRun> runs = temperatures({1000, 100, 10, 10000});
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].settings.emplace_back("data.k", i == 0 ? "5" : "10");
  }
  EXPECT_EQ(why_no_temperature(make_comparison("c", runs)), "the runs also differ in data.k");
}

}  // namespace
}  // namespace kairo
