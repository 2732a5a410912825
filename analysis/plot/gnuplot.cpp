#include "analysis/plot/gnuplot.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/files/atomic_file.h"
#include "core/files/file_calls.h"
#include "core/files/file_descriptor.h"

namespace kairo {
namespace {

constexpr const char* kInstall = "apt-get install gnuplot-nox";
constexpr const char* kMakeRoom = "free memory, or lift the limit on file sizes (ulimit -f)";

[[noreturn]] void fail(const std::string& came, const std::string& hint) {
  throw Error(ErrorKind::kIo).at("gnuplot").fact(came).hint(hint);
}

// Files in memory instead of pipes: nothing can block on a full pipe, a gnuplot that dies early
// raises no SIGPIPE here, and no disk can be full.
int scratch_file() {
  const int file = memfd_create("gnuplot", MFD_CLOEXEC);
  if (file < 0) fail("no scratch file: " + system_cause(), kMakeRoom);
  return file;
}

void fill(int file, const std::string& text) {
  if (file_calls::write(file, text.data(), text.size()) && lseek(file, 0, SEEK_SET) == 0) return;
  fail("its script could not be written: " + system_cause(), kMakeRoom);
}

std::string contents(int file) { return read_file("/proc/self/fd/" + std::to_string(file)); }

bool starts_with(const std::string& text, const std::string& beginning) {
  return text.compare(0, beginning.size(), beginning) == 0;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// The caller's environment without what changes gnuplot's look or its reading of numbers.
std::vector<std::string> child_environment() {
  std::vector<std::string> kept = {"LC_ALL=C.UTF-8"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (starts_with(text, "GNUPLOT") || starts_with(text, "GNUTERM=") ||
        starts_with(text, "LC_ALL=")) {
      continue;
    }
    kept.push_back(text);
  }
  return kept;
}

pid_t start(int in, int out, int err) {
  std::vector<std::string> environment = child_environment();
  std::vector<char*> variables;
  for (std::string& each : environment) variables.push_back(each.data());
  variables.push_back(nullptr);
  std::string program = "gnuplot", defaults = "-d";
  char* arguments[] = {program.data(), defaults.data(), nullptr};

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    fail(std::string("the program could not be started: ") + std::strerror(error), kInstall);
  }
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail(std::string("lost the program: ") + std::strerror(errno), "try again");
  }
  return status;
}

// gnuplot ends well where its image could not be written to the end.
bool is_whole(const std::string& image) {
  const std::size_t last = image.find_last_not_of(" \n");
  const std::string end = image.substr(0, last == std::string::npos ? 0 : last + 1);
  return ends_with(end, "IEND\xae\x42\x60\x82") || ends_with(end, "</svg>");
}

std::string one_line(const std::string& words) {
  std::string line;
  for (char c : words) {
    const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

}  // namespace

GnuplotOutput run_gnuplot(const std::string& script) {
  const FileDescriptor in(scratch_file()), out(scratch_file()), err(scratch_file());
  fill(in.number(), script);
  const int status = wait_for(start(in.number(), out.number(), err.number()));
  GnuplotOutput output{contents(out.number()), contents(err.number())};
  if (status == 0 && is_whole(output.image)) return output;
  if (status == 0 && !output.image.empty())
    fail("it wrote only the beginning of the figure", kMakeRoom);
  const std::string words = one_line(output.words);
  // A child that could not execute the program ends with 127 where spawning itself does not fail.
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    fail("the program is not installed", kInstall);
  fail(words.empty() ? "it drew no image" : words,
       std::string(kInstall) + " gives a version that works");
}

std::string gnuplot_text(const std::string& text) {
  std::string quoted = "'";
  for (std::string_view left = text; !left.empty();) {
    const std::size_t length = character_length(left);
    const unsigned char c = static_cast<unsigned char>(left.front());
    if (length == 0) {
      quoted += '?';
    } else if (c < 0x20 || c == 0x7F) {
      quoted += ' ';
    } else if (c == '\'') {
      quoted += "’";
    } else {
      quoted += left.substr(0, length);
    }
    left.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return quoted + "'";
}

std::string gnuplot_tic_text(const std::string& text) {
  std::string doubled;
  for (char c : text) doubled.append(c == '%' ? 2 : 1, c);
  return gnuplot_text(doubled);
}

std::string gnuplot_number(double value) {
  if (!std::isfinite(value)) return "NaN";
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  return std::string(digits, end.ptr);
}

}  // namespace kairo
