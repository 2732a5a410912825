// SIGINT and SIGTERM as a flag: a program finishes what it is at, keeps it, and ends with 130.
#pragma once

#include <atomic>

namespace kairo {

// From here on the first signal sets the flag; one that comes over a second later ends the process
// at once (exit code 130). The flag lives as long as the process.
const std::atomic<bool>& catch_interruptions();

}  // namespace kairo
