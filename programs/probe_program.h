// The body of every probe_<name>: replays one probe over the checkpoints of a run.
//
// A header of its own words alone: six mains include it, and CLI11's headers cost seconds each.
#pragma once

#include <string>

namespace kairo {

// The program's exit code.
int run_probe_program(int argc, const char* const* argv, const std::string& probe);

}  // namespace kairo
