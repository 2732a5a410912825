#include "training/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace kairo {
namespace {

constexpr double kSecondsBetweenRedraws = 0.1;
constexpr int kBarWidth = 16;

std::string bar(const ProgressState& state) {
  const double share = static_cast<double>(state.step) / std::max<int64_t>(1, state.max_steps);
  const int filled = static_cast<int>(kBarWidth * std::min(1.0, share));
  return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "]";
}

struct Field {
  std::string text;
  int dropped;  // the order in which fields are left out; 0: never
};

std::vector<Field> fields_of(const ProgressState& state) {
  std::vector<Field> fields = {{bar(state), 1},
                               {fmt::format("{}/{}", state.step, state.max_steps), 0},
                               {fmt::format("loss {:.4f}", state.loss), 4},
                               {fmt::format("first {:.4f}", state.first_target_loss), 2}};
  if (state.steps_per_second > 0) {
    const double left = static_cast<double>(state.max_steps - state.step) / state.steps_per_second;
    fields.push_back({fmt::format("{:.1f} steps/s", state.steps_per_second), 3});
    fields.push_back({clock_text(left) + " left", 5});
  }
  return fields;
}

std::string joined(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) text += (text.empty() ? "" : "  ") + field.text;
  return text;
}

}  // namespace

std::string clock_text(double seconds) {
  const int64_t whole = std::llround(std::max(0.0, seconds));
  if (whole < 3600) return fmt::format("{}:{:02d}", whole / 60, whole % 60);
  return fmt::format("{}:{:02d}:{:02d}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string progress_line(const ProgressState& state, int width) {
  std::vector<Field> fields = fields_of(state);
  const auto fits = [&] { return static_cast<int>(joined(fields).size()) <= width; };
  for (int next = 1; next <= 5 && !fits(); ++next) {
    fields.erase(std::remove_if(fields.begin(), fields.end(),
                                [&](const Field& field) { return field.dropped == next; }),
                 fields.end());
  }
  return joined(fields).substr(0, std::max(0, width));
}

void Progress::update(const ProgressState& state) {
  if (settings_.mode == ProgressMode::kNone) return;
  const bool redraws = settings_.mode == ProgressMode::kRedrawn;
  const double wait = redraws ? kSecondsBetweenRedraws : settings_.seconds_between_lines;
  const Clock::time_point now = Clock::now();
  if (std::chrono::duration<double>(now - last_).count() < wait) return;
  last_ = now;
  if (redraws) {
    // One column is left free: a terminal wraps when the last one is filled.
    settings_.draw("\r" + progress_line(state, settings_.width - 1) + "\x1b[K");
    drawn_ = true;
  } else {
    std::vector<Field> fields = fields_of(state);
    fields.erase(fields.begin());  // a bar says nothing in a log
    settings_.line(joined(fields));
  }
}

void Progress::clear() {
  if (drawn_) settings_.draw("\r\x1b[K");
  drawn_ = false;
}

}  // namespace kairo
