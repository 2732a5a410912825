// What a program's exit status says.
#pragma once

#include "core/base/error.h"

namespace kairo {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,           // failed while running
  kUsage = 2,            // bad command line or config
  kInput = 3,            // input missing or damaged
  kSomeCellsFailed = 4,  // a sweep finished, but some of its cells failed
  kInterrupted = 130,    // as a shell counts SIGINT
};

// kUsage and kConfig: kUsage; kNotFound and kCorrupt: kInput; kShape, kIo and kNumeric: kFailed.
ExitCode exit_code_of(ErrorKind kind);

}  // namespace kairo
