// Other programs as child processes, by posix_spawn: no shell, so that arguments reach the program
// as they are, and no copy of this process's page tables.
//
// A child reads from /dev/null unless it is given an input, and stays in the program's process
// group: Ctrl-C on a terminal reaches both. A call of our own code in a child is IsolatedCall.
// Thread rule: an object belongs to one thread; any number may be at work.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/shell_quoted.h"

namespace kairo {

// The file of a program: beside the running one, else the first on PATH. kNotFound otherwise.
std::string find_program(const std::string& name);

// Open files for a child's three streams; below 0: /dev/null.
struct ChildStreams {
  int in = -1;
  int out = -1;
  int err = -1;
};

using Environment = std::vector<std::string>;  // "NAME=VALUE"

// Of this process.
Environment own_environment();

// How a child ended, and what it took.
struct ProcessEnd {
  int code = 0;            // its exit code; 128 + n if signal n ended it, as shells say
  double cpu_seconds = 0;  // user + system
  double peak_mib = 0;     // resident; at least what this process had when the child began
};

class Child {
 public:
  // Starts the program command[0], looked up on PATH. kNotFound if there is none, else kIo if it
  // cannot be started.
  Child(const Command& command, const ChildStreams& streams,
        const Environment& environment = own_environment());
  // With output and errors appended to the file `log`, after a line "$ COMMAND". kIo.
  Child(const Command& command, const std::string& log);

  // How it ended, once it has.
  std::optional<ProcessEnd> poll();
  // Waits for its end.
  ProcessEnd wait();
  // Asks it to stop (SIGTERM), as Ctrl-C does.
  void interrupt() const;

 private:
  pid_t pid_ = -1;
  std::optional<ProcessEnd> end_;
};

struct CommandOutput {
  int code = 0;
  std::string out;
  std::string err;
};

// Runs a short command to its end with `in` on its standard input, and reads all that it prints.
// Its streams are files in memory: nothing blocks on a full pipe, a child that ends early raises no
// SIGPIPE here, no disk can be full. Throws what Child does, and kIo if memory has no room.
CommandOutput output_of(const Command& command, const std::string& in = "",
                        const Environment& environment = own_environment());

}  // namespace kairo
