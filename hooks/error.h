// The one exception type of Kairoscope.
//
// Every message says where it happened, what was expected, what came, and (where there is one) what
// to do about it, in a single line. Libraries throw it and never print, abort or exit; a program's
// main turns the kind into an exit code.
#pragma once

#include <stdexcept>
#include <string>

namespace kairo {

enum class ErrorKind {
  kUsage,     // the command line is wrong
  kConfig,    // a configuration file or override is wrong
  kShape,     // a tensor or array has the wrong shape or dtype
  kNotFound,  // a file, experiment, checkpoint or name does not exist
  kCorrupt,   // a file is damaged or of an unknown format
  kIo,        // the operating system refused a read or a write
  kNumeric,   // a NaN, an infinity or a failed numerical self-check
};

// "config", "not_found", ...
const char* name_of(ErrorKind kind);

struct ErrorText {
  std::string where;     // file and line, tensor name, option
  std::string expected;  // may be empty where `came` says it all
  std::string came;
  std::string hint;  // what to do; may be empty
};

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const ErrorText& text);

  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace kairo
