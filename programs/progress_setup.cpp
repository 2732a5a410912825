#include "programs/progress_setup.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <utility>

#include "programs/command_line/terminal.h"

namespace kairo {
namespace {

constexpr double kSecondsBetweenLines = 10;

}  // namespace

Progress make_progress(const CommonFlags& flags, const ProgressWords& words,
                       double seconds_between_lines,
                       const std::function<void(const std::string&)>& line) {
  Progress::Settings settings;
  if (!flags.quiet && !flags.no_progress) {
    settings.mode = can_redraw() ? ProgressMode::kRedrawn : ProgressMode::kLines;
  }
  settings.words = words;
  settings.seconds_between_lines = seconds_between_lines;
  settings.width = [] { return terminal_width(STDERR_FILENO); };
  settings.draw = [](const std::string& text) { draw_status({text}); };
  settings.wipe = &clear_status;
  settings.line = line;
  return Progress(std::move(settings));
}

Progress make_progress(const CommonFlags& flags, const ProgressWords& words) {
  return make_progress(flags, words, kSecondsBetweenLines,
                       [](const std::string& text) { spdlog::info("{}", text); });
}

}  // namespace kairo
