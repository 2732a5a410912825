#include "analysis/events.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/series.h"
#include "core/base/error.h"
#include "tests/analysis/made_run.h"

namespace kairo {
namespace {

std::vector<std::string> names_of(const std::vector<Event>& events) {
  std::vector<std::string> names;
  for (const Event& event : events) names.push_back(event.name);
  return names;
}

TEST(Events, HaveTheNamedThresholdsInOrder) {
  const std::vector<Event> events = named_events(made::run());
  EXPECT_EQ(names_of(events), (std::vector<std::string>{"z_gap", "first_target_loss_log_k",
                                                        "first_target_loss_first", "accuracy"}));
  EXPECT_DOUBLE_EQ(events[0].threshold, 0.5);
  EXPECT_DOUBLE_EQ(events[1].threshold, 0.5 * std::log(10.0));
  EXPECT_DOUBLE_EQ(events[2].threshold, 0.1);
  EXPECT_DOUBLE_EQ(events[3].threshold, 0.9);
  EXPECT_TRUE(events[2].relative_to_first);
  EXPECT_EQ(events[0].side, Side::kAbove);
  EXPECT_EQ(events[1].side, Side::kBelow);
  EXPECT_EQ(events[0].title, "z gap > 0.5 nats");
}

TEST(Events, LogKNeedsAnAmbiguity) {
  made::RunOptions options;
  options.task = made::Task::kOneSelector;
  EXPECT_EQ(names_of(named_events(made::run(options))),
            (std::vector<std::string>{"z_gap", "first_target_loss_first", "accuracy"}));
}

TEST(Events, FollowTheOptions) {
  RunData run = made::run();
  run.transitions.threshold("z_gap_nats") = 1.25;
  run.transitions.threshold("loss_fraction_of_log_k") = 0.25;
  const std::vector<Event> events = named_events(run);
  EXPECT_DOUBLE_EQ(events[0].threshold, 1.25);
  EXPECT_EQ(events[0].title, "z gap > 1.25 nats");
  EXPECT_NEAR(events[1].threshold, 0.25 * std::log(10.0), 1e-12);
}

TEST(Events, NameSeriesThatAMadeRunHas) {
  const RunData run = made::run();
  for (const Event& event : named_events(run)) EXPECT_EQ(why_no_series(run, event.series), "");
}

TEST(Series, HoldsStepsMeansAndExamples) {
  RunData run;
  run.records["p"] = made::record_of("p", "x", {0, 10}, {{1, 3}, {2, 6}});
  const Series series = *find_series(run, "p/x");
  EXPECT_EQ(series.steps, (std::vector<int64_t>{0, 10}));
  EXPECT_EQ(series.mean, (std::vector<double>{2, 4}));  // (1+3)/2, (2+6)/2
  EXPECT_EQ(series.per_example[1], (std::vector<float>{2, 6}));
  EXPECT_EQ(series.n_examples, 2);
}

TEST(Series, SaysWhyItIsMissing) {
  RunData run;
  run.records["p"] = made::record_of("p", "x", {0}, {{1}});
  run.left_out["q"] = "no other selector";
  EXPECT_EQ(why_no_series(run, "q/y"), "no other selector");
  EXPECT_EQ(why_no_series(run, "p/y"), "the record of p has no y");
  EXPECT_FALSE(find_series(run, "p/y").has_value());
}

TEST(Series, RefusesAQuantityWithAxes) {
  const RunData run = made::run();
  EXPECT_THROW(find_series(run, "attention_to_z/attention_to_z"), Error);
  EXPECT_THROW(find_series(run, "z_gap"), Error);
}

TEST(Series, NamesAllQuantitiesWithoutAxes) {
  RunData run;
  run.records["p"] = made::record_of("p", "x", {0}, {{1}});
  EXPECT_EQ(series_names(run), std::vector<std::string>{"p/x"});
}

}  // namespace
}  // namespace kairo
