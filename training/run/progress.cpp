#include "training/run/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kairo {
namespace {

constexpr double kSecondsBetweenRedraws = 0.1;
constexpr int kBarWidth = 16;

// The order in which fields are left out; values lie between kDoing and kTimeLeft.
enum Dropped { kNever = 0, kBar = 1, kWhat = 2, kSpeed = 3, kDoing = 4, kTimeLeft = 1000 };

struct ProgressField {
  std::string text;
  int dropped;
};

std::string bar(const ProgressState& state) {
  const double share = static_cast<double>(state.done) / std::max<int64_t>(1, state.total);
  const int filled = static_cast<int>(kBarWidth * std::clamp(share, 0.0, 1.0));
  return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "]";
}

std::vector<ProgressField> fields_of(const ProgressWords& words, const ProgressState& state) {
  std::vector<ProgressField> fields;
  if (!words.what.empty()) fields.push_back({words.what, kWhat});
  fields.push_back({bar(state), kBar});
  const std::string units = words.units.empty() ? "" : " " + words.units;
  fields.push_back({fmt::format("{}/{}{}", state.done, state.total, units), kNever});
  const int n = static_cast<int>(state.values.size());
  for (int i = 0; i < n; ++i) fields.push_back({state.values[i], kDoing + n - i});
  if (!state.doing.empty()) fields.push_back({state.doing, kDoing});
  if (state.per_second <= 0) return fields;
  if (!words.per_units.empty()) {
    fields.push_back({fmt::format("{:.1f} {}", state.per_second, words.per_units), kSpeed});
  }
  const double left = static_cast<double>(state.total - state.done) / state.per_second;
  const std::string bound = state.may_end_early ? "at most " : "";
  fields.push_back({bound + clock_text(left) + " left", kTimeLeft});
  return fields;
}

std::string joined(const std::vector<ProgressField>& fields) {
  std::string text;
  for (const ProgressField& field : fields) text += (text.empty() ? "" : "  ") + field.text;
  return text;
}

void drop(std::vector<ProgressField>& fields, int order) {
  fields.erase(std::remove_if(fields.begin(), fields.end(),
                              [&](const ProgressField& field) { return field.dropped == order; }),
               fields.end());
}

// The next field to go, or kNever.
int next_dropped(const std::vector<ProgressField>& fields) {
  int next = kNever;
  for (const ProgressField& field : fields) {
    if (field.dropped != kNever && (next == kNever || field.dropped < next)) next = field.dropped;
  }
  return next;
}

}  // namespace

std::string clock_text(double seconds) {
  const int64_t whole = std::llround(std::max(0.0, seconds));
  if (whole < 3600) return fmt::format("{}:{:02d}", whole / 60, whole % 60);
  return fmt::format("{}:{:02d}:{:02d}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string progress_line(const ProgressWords& words, const ProgressState& state, int width) {
  std::vector<ProgressField> fields = fields_of(words, state);
  while (static_cast<int>(joined(fields).size()) > width) {
    const int next = next_dropped(fields);
    if (next == kNever) break;
    drop(fields, next);
  }
  return joined(fields).substr(0, std::max(0, width));
}

void Progress::update(const ProgressState& state) {
  if (settings_.mode == ProgressMode::kNone) return;
  const Clock::time_point now = Clock::now();
  ProgressState timed = state;
  measure_speed(timed, now);
  const double wait = settings_.mode == ProgressMode::kRedrawn ? kSecondsBetweenRedraws
                                                               : settings_.seconds_between_lines;
  if (std::chrono::duration<double>(now - last_).count() < wait) return;
  last_ = now;
  show(timed);
}

void Progress::measure_speed(ProgressState& state, Clock::time_point now) {
  if (!has_begun_) {
    has_begun_ = true;
    begin_ = now;
    begin_done_ = state.done;
  }
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  if (state.done > begin_done_ && seconds > 0) {
    state.per_second = static_cast<double>(state.done - begin_done_) / seconds;
  }
}

void Progress::show(const ProgressState& state) {
  if (settings_.mode == ProgressMode::kRedrawn) {
    // One column is left free: a terminal wraps when the last one is filled.
    settings_.draw(progress_line(settings_.words, state, settings_.width() - 1));
    drawn_ = true;
    return;
  }
  std::vector<ProgressField> fields = fields_of(settings_.words, state);
  drop(fields, kBar);  // a bar says nothing in a log
  settings_.line(joined(fields));
}

void Progress::clear() {
  if (drawn_) settings_.wipe();
  drawn_ = false;
}

}  // namespace kairo
