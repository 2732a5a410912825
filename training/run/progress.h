// How far a program has come: a line redrawn on a terminal, or a plain line now and then.
//
//   [########........]  543/3000  loss 1.5080  accuracy 0.312  10.5 steps/s  at most 3:53 left
//
// The library prints nothing itself: finished text goes to the functions that the program gives
// (programs/progress_setup.h). Thread rule: belongs to one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace kairo {

struct ProgressState {
  int64_t done = 0;
  int64_t total = 0;
  std::vector<std::string> values;  // "loss 1.5080", the most important first
  std::string doing;                // what is worked on now ("logit_lens"), or ""
  bool may_end_early = false;       // the time left is then an upper bound
  double per_second = 0;            // 0: not known yet; Progress measures it
};

struct ProgressWords {
  std::string what;       // begins the line: "probes"; may be empty
  std::string units;      // after the count: "checkpoints"; may be empty
  std::string per_units;  // shows the speed: "steps/s"; empty: no speed
};

// One line of at most `width` characters. Fields are dropped until it fits, the least needed first:
// bar, `what`, speed, what is done now, the values from the last to the first, the time left.
std::string progress_line(const ProgressWords& words, const ProgressState& state, int width);

// "4:05", "1:02:03".
std::string clock_text(double seconds);

enum class ProgressMode { kNone, kRedrawn, kLines };

class Progress {
 public:
  struct Settings {
    ProgressMode mode = ProgressMode::kNone;
    ProgressWords words;
    double seconds_between_lines = 10;
    std::function<int()> width;                    // kRedrawn: columns, asked at each redraw
    std::function<void(const std::string&)> draw;  // kRedrawn: replaces the line on the terminal
    std::function<void()> wipe;                    // kRedrawn: removes it
    std::function<void(const std::string&)> line;  // kLines: one line of a log
  };

  explicit Progress(Settings settings) : settings_(std::move(settings)) {}

  // Shows the state if it is time to. The speed is measured from the first call on.
  void update(const ProgressState& state);
  // Removes the redrawn line, so that other text can follow.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  void measure_speed(ProgressState& state, Clock::time_point now);
  void show(const ProgressState& state);

  Settings settings_;
  bool has_begun_ = false;
  Clock::time_point begin_;
  int64_t begin_done_ = 0;
  Clock::time_point last_{};
  bool drawn_ = false;
};

}  // namespace kairo
