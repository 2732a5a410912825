#include "hooks/error.h"

namespace kairo {
namespace {

// "where: expected X, came Y (hint)", leaving out the empty parts.
std::string one_line(const ErrorText& text) {
  std::string line = text.where;
  const char* separator = line.empty() ? "" : ": ";
  if (!text.expected.empty()) {
    line += separator + ("expected " + text.expected);
    separator = ", ";
  }
  if (!text.came.empty()) line += separator + ((text.expected.empty() ? "" : "got ") + text.came);
  if (!text.hint.empty()) line += " (" + text.hint + ")";
  // A name from a file may hold anything; the message stays one line.
  for (char& each : line) {
    if (static_cast<unsigned char>(each) < ' ') each = ' ';
  }
  return line;
}

}  // namespace

const char* name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
      return "usage";
    case ErrorKind::kConfig:
      return "config";
    case ErrorKind::kShape:
      return "shape";
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kCorrupt:
      return "corrupt";
    case ErrorKind::kIo:
      return "io";
    case ErrorKind::kNumeric:
      return "numeric";
  }
  return "unknown";
}

Error::Error(ErrorKind kind, const ErrorText& text)
    : std::runtime_error(one_line(text)), kind_(kind) {}

}  // namespace kairo
