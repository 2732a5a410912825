#include "programs/command_line/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <mutex>

#include "core/config/field_values.h"

namespace kairo {
namespace {

std::mutex status_mutex;
std::size_t n_drawn = 0;  // lines

std::string value_of(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

// To the beginning of the first line drawn.
std::string back_to_begin() {
  return n_drawn > 1 ? "\r\x1b[" + std::to_string(n_drawn - 1) + "A" : "\r";
}

}  // namespace

int terminal_width(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const int64_t columns = integer_in(value_of("COLUMNS")).value_or(80);
  return static_cast<int>(std::clamp<int64_t>(columns, 0, 10000));
}

bool can_redraw() {
  const std::string term = value_of("TERM");
  return isatty(STDERR_FILENO) != 0 && !term.empty() && term != "dumb" &&
         value_of("NO_COLOR").empty();
}

void draw_status(const std::vector<std::string>& lines) {
  const std::lock_guard<std::mutex> lock(status_mutex);
  const std::size_t most = static_cast<std::size_t>(std::max(0, terminal_width(STDERR_FILENO) - 1));
  std::string text = n_drawn > 0 ? back_to_begin() : "\r";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += (i > 0 ? "\n" : "") + lines[i].substr(0, most) + "\x1b[K";
  }
  std::cerr << text << "\x1b[J" << std::flush;
  n_drawn = lines.size();
}

void clear_status() {
  const std::lock_guard<std::mutex> lock(status_mutex);
  if (n_drawn > 0) std::cerr << back_to_begin() << "\x1b[J" << std::flush;
  n_drawn = 0;
}

}  // namespace kairo
