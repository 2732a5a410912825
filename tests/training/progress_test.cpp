#include "training/run/progress.h"

#include <gtest/gtest.h>

#include <string>

namespace kairo {
namespace {

const ProgressWords kTraining = {"", "", "steps/s"};
const ProgressWords kReplay = {"probes", "checkpoints", ""};

ProgressState half_way() {
  return {10000, 20000, {"loss 1.2346", "accuracy 0.512", "z gap 0.03"}, "", false, 40.0};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Progress, AWideLineHasEveryField) {
  EXPECT_EQ(progress_line(kTraining, half_way(), 120),
            "[########........]  10000/20000  loss 1.2346  accuracy 0.512  z gap 0.03  "
            "40.0 steps/s  4:10 left");
  EXPECT_EQ(progress_line(kReplay, {3, 12, {}, "logit_lens", false, 0.5}, 100),
            "probes  [####............]  3/12 checkpoints  logit_lens  0:18 left");
}

TEST(Progress, FortyFiveColumnsKeepLossAndTimeLeft) {
  ProgressState state = half_way();
  state.may_end_early = true;
  EXPECT_EQ(progress_line(kTraining, state, 44), "10000/20000  loss 1.2346  at most 4:10 left");
}

TEST(Progress, FitsAnyWidth) {
  for (int width = 0; width <= 120; ++width) {
    EXPECT_LE(static_cast<int>(progress_line(kTraining, half_way(), width).size()), width);
    EXPECT_LE(static_cast<int>(progress_line(kReplay, half_way(), width).size()), width);
  }
}

// "3:53 left" was shown up to max_steps of runs that stop_when_solved ended at half of it.
TEST(Progress, TimeLeftIsAnUpperBoundWhereTheRunMayEndEarly) {
  ProgressState state = half_way();
  EXPECT_FALSE(has(progress_line(kTraining, state, 120), "at most"));
  state.may_end_early = true;
  EXPECT_TRUE(has(progress_line(kTraining, state, 120), "at most 4:10 left"));
}

TEST(Progress, LeavesOutSpeedUntilItIsKnown) {
  EXPECT_FALSE(has(progress_line(kTraining, {0, 100, {}, "", false, 0}, 100), "left"));
}

TEST(Progress, ClocksReadAsClocks) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(245.2), "4:05");
  EXPECT_EQ(clock_text(3723), "1:02:03");
}

// The width was read once: after a terminal became narrower every redraw filled two lines.
TEST(Progress, AsksForTheWidthAtEachRedraw) {
  std::string drawn;
  int wiped = 0, width = 120;
  Progress::Settings settings;
  settings.mode = ProgressMode::kRedrawn;
  settings.words = kTraining;
  settings.width = [&] { return width; };
  settings.draw = [&](const std::string& text) { drawn = text; };
  settings.wipe = [&] { ++wiped; };
  Progress first(settings), second(settings);
  first.clear();
  EXPECT_EQ(wiped, 0);
  first.update(half_way());
  EXPECT_TRUE(has(drawn, "z gap"));
  first.clear();
  EXPECT_EQ(wiped, 1);
  width = 45;
  second.update(half_way());
  EXPECT_LE(drawn.size(), 44u);
  drawn = "";
  second.update(half_way());  // too soon to be drawn again
  EXPECT_EQ(drawn, "");
}

TEST(Progress, ALogLineHasNoBar) {
  std::string line;
  Progress::Settings settings;
  settings.mode = ProgressMode::kLines;
  settings.line = [&](const std::string& text) { line = text; };
  Progress(settings).update(half_way());
  EXPECT_EQ(line.substr(0, 11), "10000/20000");
}

}  // namespace
}  // namespace kairo
