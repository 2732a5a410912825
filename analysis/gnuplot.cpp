#include "analysis/gnuplot.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "hooks/error.h"

namespace kairo {
namespace {

constexpr const char* kInstall = "apt-get install gnuplot-nox";

[[noreturn]] void fail(const std::string& came, const std::string& hint) {
  throw Error(ErrorKind::kIo, {"gnuplot", "a figure", came, hint});
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using ScratchFile = std::unique_ptr<std::FILE, CloseFile>;

// Nameless files instead of pipes: nothing can block on a full pipe, and a gnuplot that dies early
// raises no SIGPIPE here.
ScratchFile scratch_file() {
  ScratchFile file(std::tmpfile());
  if (!file) fail(std::string("no scratch file: ") + std::strerror(errno), "free space in /tmp");
  return file;
}

void fill(std::FILE* file, const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (!written || std::fflush(file) != 0) {
    fail(std::string("its script could not be written: ") + std::strerror(errno),
         "free space in /tmp");
  }
  std::rewind(file);
}

std::string contents(std::FILE* file) {
  std::rewind(file);
  std::string text;
  char buffer[1 << 16];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
  return text;
}

bool starts_with(const std::string& text, const std::string& beginning) {
  return text.compare(0, beginning.size(), beginning) == 0;
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

pid_t start(std::FILE* in, std::FILE* out, std::FILE* err) {
  std::vector<std::string> environment = child_environment();
  std::vector<char*> variables;
  for (std::string& each : environment) variables.push_back(each.data());
  variables.push_back(nullptr);
  std::string program = "gnuplot", defaults = "-d";
  char* arguments[] = {program.data(), defaults.data(), nullptr};

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(err), STDERR_FILENO);
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

// Length of the UTF-8 character at `at`, or 0 where there is none.
std::size_t utf8_length(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

GnuplotOutput run_gnuplot(const std::string& script) {
  const ScratchFile in = scratch_file(), out = scratch_file(), err = scratch_file();
  fill(in.get(), script);
  const int status = wait_for(start(in.get(), out.get(), err.get()));
  GnuplotOutput output{contents(out.get()), contents(err.get())};
  if (status == 0 && !output.image.empty()) return output;
  const std::string words = one_line(output.words);
  // A child that could not execute the program ends with 127 where spawning itself does not fail.
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) fail("no such program", kInstall);
  fail(words.empty() ? "no image" : words, std::string(kInstall) + " gives a version that works");
}

std::string gnuplot_text(const std::string& text) {
  std::string quoted = "'";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const unsigned char c = static_cast<unsigned char>(text[at]);
    if (length == 0) {
      quoted += '?';
    } else if (c < 0x20 || c == 0x7F) {
      quoted += ' ';
    } else if (c == '\'') {
      quoted += "’";
    } else {
      quoted.append(text, at, length);
    }
    at += length == 0 ? 1 : length;
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
