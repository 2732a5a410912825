#include "training/progress.h"

#include <gtest/gtest.h>

#include <string>

namespace kairo {
namespace {

ProgressState half_way() { return {10000, 20000, 1.234567, 2.5, 40.0}; }

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Progress, AWideLineHasEveryField) {
  EXPECT_EQ(progress_line(half_way(), 100),
            "[########........]  10000/20000  loss 1.2346  first 2.5000  40.0 steps/s  4:10 left");
}

TEST(Progress, SixtyColumnsLoseTheBarFirst) {
  const std::string line = progress_line(half_way(), 59);
  EXPECT_LE(line.size(), 59u);
  EXPECT_FALSE(has(line, "#"));
  EXPECT_TRUE(has(line, "10000/20000"));
  EXPECT_TRUE(has(line, "loss 1.2346"));
  EXPECT_TRUE(has(line, "4:10 left"));
}

TEST(Progress, FitsAnyWidth) {
  for (int width = 0; width <= 100; ++width) {
    EXPECT_LE(static_cast<int>(progress_line(half_way(), width).size()), width) << width;
  }
}

TEST(Progress, LeavesOutSpeedUntilItIsKnown) {
  EXPECT_FALSE(has(progress_line({0, 100, 3, 3, 0}, 100), "left"));
}

TEST(Progress, ClocksReadAsClocks) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(245.2), "4:05");
  EXPECT_EQ(clock_text(3723), "1:02:03");
}

TEST(Progress, RedrawnLinesBeginAtTheMarginAndAreWiped) {
  std::string screen;
  Progress::Settings settings;
  settings.mode = ProgressMode::kRedrawn;
  settings.draw = [&](const std::string& text) { screen += text; };
  Progress progress(settings);
  progress.clear();
  EXPECT_EQ(screen, "");
  progress.update(half_way());
  EXPECT_EQ(screen[0], '\r');
  EXPECT_FALSE(has(screen, "\n"));
  const std::size_t drawn = screen.size();
  progress.update(half_way());  // too soon to be drawn again
  EXPECT_EQ(screen.size(), drawn);
  progress.clear();
  EXPECT_EQ(screen.substr(drawn), "\r\x1b[K");
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
