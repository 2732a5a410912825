// Signals that end a program as a flag: it finishes what it is at, keeps it, and ends with 130.
//
// Caught: SIGINT, SIGTERM, and, unless the caller ignores them (nohup does), every other signal
// that ends a process and reports no fault of its own: SIGHUP (the terminal was closed), SIGQUIT,
// SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF, SIGPWR, SIGIO, and SIGUSR1 and SIGUSR2, which Slurm and
// Grid Engine send before they end a job. run_program (programs/command_line/command_line.h)
// ignores SIGPIPE.
#pragma once

#include <atomic>

namespace kairo {

// From here on the first signal sets the flag. A SIGINT, SIGTERM or SIGQUIT over a second later
// ends the process at once (exit code 130). The flag lives as long as the process.
const std::atomic<bool>& catch_interruptions();

}  // namespace kairo
