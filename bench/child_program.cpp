#include "bench/child_program.h"

#include <unistd.h>

#include "core/base/error.h"

namespace kairo {

ProcessEnd run_child(const std::string& name, const std::vector<std::string>& arguments) {
  Command command = {KAIRO_BIN_DIR "/" + name};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const ProcessEnd end = Child(command, ChildStreams{STDIN_FILENO, -1, STDERR_FILENO}).wait();
  if (end.code == 0) return end;
  throw Error(ErrorKind::kIo)
      .at(command[0])
      .fact("the program ended with exit code " + std::to_string(end.code) +
            ", so there is no time to print");
}

}  // namespace kairo
