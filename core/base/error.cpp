#include "core/base/error.h"

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
    : kind_(kind), text_(text), line_(one_line(text)) {}

Error& Error::at(const std::string& where) {
  text_.where = where;
  line_ = one_line(text_);
  return *this;
}

Error& Error::fact(const std::string& fact) { return came(fact); }

Error& Error::expected(const std::string& value) {
  text_.expected = value;
  line_ = one_line(text_);
  return *this;
}

Error& Error::came(const std::string& value) {
  text_.came = value;
  line_ = one_line(text_);
  return *this;
}

Error& Error::hint(const std::string& way_out) {
  text_.hint = way_out;
  line_ = one_line(text_);
  return *this;
}

}  // namespace kairo
