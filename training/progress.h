// How far a run has come: a line redrawn on a terminal, or a plain line now and then.
//
// The library prints nothing itself: finished text goes to the functions that the program gives.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace kairo {

struct ProgressState {
  int64_t step = 0;
  int64_t max_steps = 0;
  double loss = 0;               // running mean, nats
  double first_target_loss = 0;  // of the last evaluation, nats
  double steps_per_second = 0;   // 0: not known yet
};

// One line of at most `width` characters: fields are dropped, the least needed first (bar,
// first-target loss, speed, loss, time left), until it fits.
std::string progress_line(const ProgressState& state, int width);

// "4:05", "1:02:03".
std::string clock_text(double seconds);

enum class ProgressMode { kNone, kRedrawn, kLines };

class Progress {
 public:
  struct Settings {
    ProgressMode mode = ProgressMode::kNone;
    int width = 80;
    double seconds_between_lines = 10;
    std::function<void(const std::string&)> draw;  // kRedrawn: raw text for the terminal
    std::function<void(const std::string&)> line;  // kLines: one line of a log
  };

  explicit Progress(Settings settings) : settings_(std::move(settings)) {}

  // Shows the state if it is time to.
  void update(const ProgressState& state);
  // Wipes the redrawn line, so that other text can follow.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  Settings settings_;
  Clock::time_point last_{};
  bool drawn_ = false;
};

}  // namespace kairo
