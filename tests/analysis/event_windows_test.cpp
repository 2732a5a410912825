#include "analysis/event_windows.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/analysis/made_run.h"

namespace kairo {
namespace {

// A run of 40 records, `spacing` apart, whose z gap is above 0.5 from record `from` on.
RunData run_with_onset(int64_t from, int64_t spacing) {
  std::vector<int64_t> steps;
  std::vector<std::vector<float>> values;
  for (int64_t i = 0; i < 40; ++i) {
    steps.push_back(i * spacing);
    values.push_back(i >= from ? std::vector<float>{1, 1} : std::vector<float>{0, 0});
  }
  RunData run;
  run.task = made::kTask;
  run.checkpoint_spacing = spacing;
  run.transitions.bootstrap_samples = 0;
  run.records["z_shuffle"] = made::record_of("z_shuffle", "z_gap", steps, values);
  return run;
}

EventWindow onset(const RunData& run, int64_t every = 0) {
  const std::vector<EventWindow> windows = event_windows(run, "onset", every);
  EXPECT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows.front().found.event.name, "z_gap");
  return windows.front();
}

TEST(EventWindows, LieBetweenTheRecordsAroundTheEvent) {
  const EventWindow window = onset(run_with_onset(7, 200));
  EXPECT_EQ(window.nothing, "");
  EXPECT_EQ(window.first, 1200);
  EXPECT_EQ(window.last, 1400);
}

// 50 steps are looked at one by one; of 51 to 100 every second is enough, of 200 every fourth.
TEST(EventWindows, HaveAboutFiftyRecordsUnlessToldOtherwise) {
  EXPECT_EQ(onset(run_with_onset(7, 20)).every, 1);
  EXPECT_EQ(onset(run_with_onset(7, 50)).every, 1);
  EXPECT_EQ(onset(run_with_onset(7, 51)).every, 2);
  EXPECT_EQ(onset(run_with_onset(7, 100)).every, 2);
  EXPECT_EQ(onset(run_with_onset(7, 200)).every, 4);
  EXPECT_EQ(onset(run_with_onset(7, 200), 10).every, 10);
}

TEST(EventWindows, SayWhyThereIsNone) {
  EXPECT_EQ(onset(run_with_onset(40, 200)).nothing, "none in the records up to step 7800");
  EXPECT_EQ(onset(run_with_onset(0, 200)).nothing, "from the first record on, at step 0");
  EXPECT_EQ(onset(run_with_onset(7, 1)).nothing, "known to the step already: 7 (6, 7]");
  EXPECT_EQ(onset(run_with_onset(7, 20), 20).nothing, "known to 20 steps already: 140 (120, 140]");
  EXPECT_EQ(onset(run_with_onset(7, 20), 19).nothing, "");
  RunData left_out;
  left_out.task = made::kTask;
  left_out.left_out["z_shuffle"] = "K = 1: no other selector";
  EXPECT_EQ(onset(left_out).nothing, "left out: K = 1: no other selector");
}

// Beyond at the last records, but not for two spacings: it still lies between two records.
TEST(EventWindows, AnUnconfirmedEventHasOne) {
  const EventWindow window = onset(run_with_onset(39, 200));
  EXPECT_EQ(window.found.crossing.status, EventStatus::kUnconfirmed);
  EXPECT_EQ(window.nothing, "");
  EXPECT_EQ(window.first, 7600);
  EXPECT_EQ(window.last, 7800);
}

TEST(EventWindows, AreThoseOfOneEventOrOfAll) {
  RunData run = run_with_onset(7, 200);
  run.ambiguity_nats = 1;
  EXPECT_EQ(event_windows(run, "all", 0).size(), 4U);
  EXPECT_EQ(event_windows(run, "accuracy", 0).front().found.event.name, "accuracy");
  try {
    event_windows(run, "acuracy", 0);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    const std::string text = error.what();
    EXPECT_NE(text.find("did you mean accuracy"), std::string::npos) << text;
    EXPECT_NE(text.find("onset, all, z_gap"), std::string::npos) << text;
  }
}

// What refinement is for: the same event, between records a step apart, is still held for two of
// the spacings that were there before.
TEST(EventWindows, ARefinedWindowPutsTheEventBetweenTwoSteps) {
  RunData run = run_with_onset(7, 200);
  std::vector<int64_t> steps;
  std::vector<std::vector<float>> values;
  for (int64_t s = 0; s < 8000; s += s >= 1200 && s < 1400 ? 1 : 200) {
    steps.push_back(s);
    // Beyond for 30 records, but far from two spacings, and for good from 1333 on.
    const bool is_beyond = s >= 1333 || (s >= 1250 && s < 1280);
    values.push_back(is_beyond ? std::vector<float>{1, 1} : std::vector<float>{0, 0});
  }
  run.records["z_shuffle"] = made::record_of("z_shuffle", "z_gap", steps, values);
  const EventWindow window = onset(run);
  EXPECT_EQ(window.found.spacing, 200);
  EXPECT_EQ(window.found.crossing.after, 1332);
  EXPECT_EQ(window.found.crossing.step, 1333);
  EXPECT_EQ(window.nothing, "known to the step already: 1333 (1332, 1333]");
}

}  // namespace
}  // namespace kairo
