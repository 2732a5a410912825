// The one exception type of Kairoscope.
//
// A message is one line: where it happened, the fact, and what to do about it in parentheses.
//
//     throw Error(ErrorKind::kUsage)
//         .at("k10")
//         .fact("a run of this name already exists in outputs/")
//         .hint("resume it with --resume auto, replace it with --overwrite");
//     throw Error(ErrorKind::kShape).at("tokens").expected("int64 [batch, pos]").came("int32 [3]");
//
// "expected X, got Y" is for values alone; anything else is a fact. Libraries throw and never
// print, abort or exit; a program's main turns the kind into an exit code.
#pragma once

#include <exception>
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

class Error : public std::exception {
 public:
  explicit Error(ErrorKind kind) : kind_(kind) {}

  Error& at(const std::string& where);  // file and line, tensor name, option
  Error& fact(const std::string& fact);
  Error& expected(const std::string& value);
  Error& came(const std::string& value);
  Error& hint(const std::string& way_out);  // what to do; an empty one is left out

  ErrorKind kind() const { return kind_; }
  const char* what() const noexcept override { return line_.c_str(); }

 private:
  Error& set(std::string& part, const std::string& text);

  ErrorKind kind_;
  std::string where_, expected_, came_, hint_;  // a fact is what came with nothing expected
  std::string line_;
};

}  // namespace kairo
