#include "programs/command_line/exit_code.h"

namespace kairo {

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kConfig:
      return ExitCode::kUsage;
    case ErrorKind::kNotFound:
    case ErrorKind::kCorrupt:
    case ErrorKind::kShape:  // a program meets shapes that do not fit in its user's files alone
      return ExitCode::kInput;
    case ErrorKind::kIo:
    case ErrorKind::kNumeric:
      return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

}  // namespace kairo
