// The body of every probe_<name>: replays one probe over the checkpoints of a run.
#pragma once

#include <string>

#include "programs/command_line.h"

namespace kairo {

ExitCode probe_program(CommandLine& line, const std::string& probe);

}  // namespace kairo
