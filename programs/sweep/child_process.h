// Child processes by posix_spawn: no shell, so that arguments reach the program as they are.
//
// A child reads from /dev/null and stays in the program's process group: Ctrl-C on a terminal
// reaches both. Thread rule: belongs to one thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/shell_quoted.h"

namespace kairo {

// The file of a program: beside the running one, else the first on PATH. kNotFound otherwise.
std::string find_program(const std::string& name);

class Child {
 public:
  // Starts it with output and errors appended to the file `log`, behind a line "$ COMMAND". kIo.
  Child(const Command& command, const std::string& log);

  // The exit code once it has ended (128 + n where signal n ended it), else nothing.
  std::optional<int> poll();
  // Waits for its end.
  void wait();
  // Asks it to stop (SIGTERM), as Ctrl-C does.
  void interrupt() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> code_;
};

struct CommandOutput {
  int code = 0;
  std::string out;
  std::string err;
};

// Runs a short command to its end and reads what it prints, of each stream the first MiB. kIo where
// it cannot be started.
CommandOutput output_of(const Command& command);

}  // namespace kairo
