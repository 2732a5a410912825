#include "core/base/error.h"

namespace kairo {
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

Error& Error::at(const std::string& where) { return set(where_, where); }

Error& Error::fact(const std::string& fact) { return set(came_, fact); }

Error& Error::expected(const std::string& value) { return set(expected_, value); }

Error& Error::came(const std::string& value) { return set(came_, value); }

Error& Error::hint(const std::string& way_out) { return set(hint_, way_out); }

// "where: expected X, got Y (hint)", leaving out the empty parts.
Error& Error::set(std::string& part, const std::string& text) {
  part = text;
  line_ = where_;
  const char* separator = line_.empty() ? "" : ": ";
  if (!expected_.empty()) {
    line_ += separator + ("expected " + expected_);
    separator = ", ";
  }
  if (!came_.empty()) line_ += separator + ((expected_.empty() ? "" : "got ") + came_);
  if (!hint_.empty()) line_ += " (" + hint_ + ")";
  // A name from a file may hold anything; the message stays one line.
  for (char& each : line_) {
    if (static_cast<unsigned char>(each) < ' ') each = ' ';
  }
  return *this;
}

}  // namespace kairo
