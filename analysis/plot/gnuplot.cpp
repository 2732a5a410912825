#include "analysis/plot/gnuplot.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/files/child_process.h"

namespace kairo {
namespace {

constexpr const char* kInstall = "apt-get install gnuplot-nox";
constexpr const char* kMakeRoom = "free memory, or lift the limit on file sizes (ulimit -f)";

[[noreturn]] void fail(const std::string& came, const std::string& hint) {
  throw Error(ErrorKind::kIo).at("gnuplot").fact(came).hint(hint);
}

bool starts_with(const std::string& text, const std::string& beginning) {
  return text.compare(0, beginning.size(), beginning) == 0;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// The caller's environment without what changes gnuplot's look or its reading of numbers.
Environment gnuplot_environment() {
  Environment kept = {"LC_ALL=C.UTF-8"};
  for (const std::string& each : own_environment()) {
    const bool is_setting = starts_with(each, "GNUPLOT") || starts_with(each, "GNUTERM=") ||
                            starts_with(each, "LC_ALL=");
    if (!is_setting) kept.push_back(each);
  }
  return kept;
}

CommandOutput answer_to(const std::string& script) {
  try {
    return output_of({"gnuplot", "-d"}, script, gnuplot_environment());
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) fail("no such program", kInstall);
    throw;
  }
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
  const CommandOutput answer = answer_to(script);
  if (answer.code == 0 && is_whole(answer.out)) return {answer.out, answer.err};
  if (answer.code == 0 && !answer.out.empty())
    fail("it wrote only the beginning of the figure", kMakeRoom);
  // A child that could not execute the program ends with 127 if spawning itself does not fail.
  if (answer.code == 127) fail("the program is not installed", kInstall);
  const std::string words = one_line(answer.err);
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
