// What the panels of a run's figures show, without drawing them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/figures/chosen_steps.h"
#include "analysis/figures/dashboard.h"
#include "analysis/figures/training_curves.h"
#include "analysis/figures/zoom_row.h"
#include "studies/late_disambiguation/figures/causal_patching.h"
#include "tests/analysis/made_run.h"
#include "tests/analysis/small_run.h"

namespace kairo {
namespace {

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Figures, EventsSayWhetherTheyHappened) {
  made::RunOptions options = small();
  options.transition_step = 100000;
  RunData run = made::run(options);
  EXPECT_TRUE(
      mentions(dashboard({run, find_transitions(run)}).page.events[0], "not reached by step 3000"));
  options.transition_step = 2950;
  run = made::run(options);
  const std::vector<Transition> transitions = find_transitions(run);
  const Drawing page = dashboard({run, transitions});
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    if (transitions[i].crossing.status != EventStatus::kUnconfirmed) continue;
    const std::string line = page.page.events[event_numbers(transitions)[i] - 1];
    EXPECT_TRUE(mentions(line, "unconfirmed from")) << line;
    return;
  }
  FAIL() << "the made run has no unconfirmed event";
}

TEST(Figures, EffectsUndefinedAtEveryStepAreSaidInWords) {
  RunData run = small_run();
  for (SeriesQuantity& each : run.records.at("causal_patching").quantities) {
    if (each.about.name.rfind("effect/", 0) != 0) continue;
    std::fill(each.mean.begin(), each.mean.end(), std::numeric_limits<double>::quiet_NaN());
  }
  const std::vector<Transition> transitions = find_transitions(run);
  EXPECT_TRUE(late_disambiguation::patching_maps({run, transitions}).panels.empty());
  EXPECT_FALSE(late_disambiguation::heads_map({run, transitions}).has_value());
  EXPECT_TRUE(
      mentions(dashboard({run, transitions}).page.notes.front(), "undefined at every step"));
}

// Maps of shares looked complete long before the model used z, and each had a scale of its own.
TEST(Figures, MapsOfPatchingHaveOneScaleInNatsAndArePaleBeforeTheModelUsesZ) {
  const RunData run = small_run();
  const std::vector<Transition> transitions = find_transitions(run);
  const Panel heads = *late_disambiguation::heads_map({run, transitions});
  const ColorScale& scale = std::get<HeatMap>(heads.content).scale;
  EXPECT_EQ(scale.map, ColorMap::kSequential);
  EXPECT_EQ(scale.low, 0);
  EXPECT_EQ(scale.label, "effect (nats)");
  const SeriesQuantity& nats = run.record("causal_patching")->quantity("effect_nats/z");
  EXPECT_EQ(std::get<HeatMap>(heads.content).value(0, 5), nats.mean[5 * nats.about.size()]);
  for (const Panel& each : late_disambiguation::patching_maps({run, transitions}).panels) {
    EXPECT_EQ(std::get<HeatMap>(each.content).scale.high, scale.high) << each.title;
  }
}

// Two positions were called SEP, and nobody saw which of them is q.
TEST(Figures, ThePositionThatPredictsTheTargetIsCalledQ) {
  const RunData run = small_run();
  const PanelRow row = late_disambiguation::patching_maps({run, {}});
  ASSERT_FALSE(row.panels.empty());
  const auto& names = std::get<HeatMap>(row.panels.front().content).column_names;
  EXPECT_EQ(std::count(names.begin(), names.end(), "q"), 1);
  EXPECT_EQ(names.at(run.spans.at("target").begin - 1), "q");
}

// The panel showed the trainer's accuracy beside the step of an event of the probe's.
TEST(Figures, TheAccuracyPanelDrawsTheSeriesThatWasTimed) {
  RunData run = small_run();
  run.metrics.steps = {0, 100};
  run.metrics.columns = {{"accuracy", {0.5, 0.75}}};
  const Panel panel = *accuracy_panel({run, find_transitions(run)});
  const Curve& drawn = std::get<Lines>(panel.content).curves.front();
  EXPECT_EQ(drawn.y, run.record("performance")->quantity("accuracy").mean);
}

// Events were numbered by kind, so that a reader saw 1 2 4 3; their intervals were not drawn.
TEST(Events, AreNumberedInTimeAndCarryTheirIntervals) {
  std::vector<Transition> transitions(3);
  transitions[0].crossing = {EventStatus::kConfirmed, 300, 400};
  transitions[1].crossing = {EventStatus::kNone, -1, -1};
  transitions[2].crossing = {EventStatus::kConfirmed, 100, 200};
  transitions[2].has_interval = true;
  transitions[2].low = 50;
  transitions[2].high = 250;
  EXPECT_EQ(event_numbers(transitions), (std::vector<int>{2, 3, 1}));
  const std::vector<Mark> marks = marks_of(transitions);
  ASSERT_EQ(marks.size(), 2U);
  EXPECT_EQ(marks[0].label, "2");
  EXPECT_EQ(std::pair(marks[0].low, marks[0].high), std::pair(300.0, 400.0));
  EXPECT_EQ(std::pair(marks[1].low, marks[1].high), std::pair(50.0, 250.0));
}

// Sixteen hairlines in four colours told no head from another.
TEST(Heads, TheFewThatEndHighestAreNamed) {
  std::vector<Curve> heads;
  for (int i = 0; i < 5; ++i) {
    heads.push_back({"0." + std::to_string(i), {0, 1}, {0, i == 1 ? 9.0 : i}, {0, 0}, 0});
  }
  name_few_heads(heads);
  EXPECT_EQ(heads.back().shared_name, "head 0.1");
  EXPECT_EQ(heads.front().shared_name, "other heads");
  const std::vector<KeyItem> items = key_items({"", "", "", Lines{heads, {}, "band"}, {}});
  EXPECT_EQ(items.size(), 5U);  // three heads, the others, the band
}

// Fifty refined points were a blob on the curve.
TEST(Figures, ARefinedWindowHasARowOfItsOwn) {
  RunData run = small_run();
  Page page;
  add_zoom_row(page, run, {accuracy_panel({run, {}})}, 300);
  EXPECT_TRUE(page.rows.empty());
  run.records["refined"] = made::record_of("refined", "x", {1005, 1010, 1015, 1020, 1025},
                                           std::vector<std::vector<float>>(5, {1, 3}));
  add_zoom_row(page, run, {accuracy_panel({run, {}})}, 300);
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_TRUE(page.rows[0].is_zoomed);
  EXPECT_EQ(std::get<Lines>(page.rows[0].panels[0].content).curves[0].steps,
            (std::vector<double>{1000}));
}

// bug: the way from the last step of a window to the next checkpoint counted as part of it
TEST(Figures, ARefinedWindowEndsAtItsLastStep) {
  RunData run = small_run();
  Page page;
  run.records["refined"] = made::record_of("refined", "x", {1010, 1020, 1030, 1040, 1050, 1060},
                                           std::vector<std::vector<float>>(6, {1, 3}));
  add_zoom_row(page, run, {accuracy_panel({run, {}})}, 300);
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_NE(page.rows[0].title.find("1000 to 1060"), std::string::npos) << page.rows[0].title;
}

TEST(Figures, TheLossPanelHasTheThresholdsOfItsEvents) {
  const RunData run = small_run();
  const std::vector<Transition> transitions = find_transitions(run);
  const Panel panel = *loss_panel({run, transitions});
  int found = 0;
  for (const Level& each : std::get<Lines>(panel.content).levels) {
    found += mentions(each.name, "threshold of event") ? 1 : 0;
  }
  EXPECT_EQ(found, 2);
}

// They were the steps around the first event, at which the maps hardly differed.
TEST(ChosenSteps, AreWhereTheLargestElementReaches10And50And90PerCentAndTheLast) {
  Record record;
  record.steps = {0, 1, 2, 3, 4, 5};
  SeriesQuantity quantity;
  quantity.about.axes = {{"layer", {0, 1}}};
  quantity.mean = {kUnset, kUnset, 0, 0.5, 1, 0, 5, 0, 0, 9.5, 10, 0};
  std::vector<std::pair<int64_t, std::string>> steps;
  for (const ChosenStep& each : choose_steps(record, quantity)) {
    steps.emplace_back(record.steps[each.index], each.role);
  }
  EXPECT_EQ(steps, (std::vector<std::pair<int64_t, std::string>>{
                       {2, "10 %"}, {3, "50 %"}, {4, "90 %"}, {5, "last"}}));
}

TEST(ChosenSteps, AreSpreadOverTheDefinedStepsIfNothingIsAboveZero) {
  Record record;
  SeriesQuantity quantity;
  quantity.about.axes = {{"layer", {0}}};
  for (int64_t step = 0; step < 10; ++step) {
    record.steps.push_back(step);
    quantity.mean.push_back(step < 2 ? kUnset : -1);
  }
  const std::vector<ChosenStep> chosen = choose_steps(record, quantity);
  ASSERT_EQ(chosen.size(), 4U);
  EXPECT_EQ(chosen.front().index, 2U);
  EXPECT_EQ(chosen.back().index, 9U);
}

}  // namespace
}  // namespace kairo
