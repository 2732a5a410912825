// Whether a run has ended, and whether the process lives that makes run.json say "running".
//
// A process that is killed (SIGKILL, a power cut, no memory left) cannot write how it ended, so its
// run.json says "running" for ever. A run is at work only while its train.lock is held.
// Thread rule: any thread. Nothing here throws for what the files say.
#pragma once

#include <string>

#include "core/store/run_directory.h"

namespace kairo {

enum class RunLife {
  kEnded,    // run.json says so
  kAtWork,   // "running", and the lock is held
  kLost,     // "running", and nobody holds the lock: the process was killed
  kUnknown,  // no run.json that can be understood, or a lock that cannot be seen from this host
};

// "running", "finished", "interrupted" or "failed"; "" if the file does not say.
std::string run_status(const std::string& run_file);

// The run may begin or end while this looks.
RunLife run_life(const RunDirectory& run);

// A sentence for whoever reads a run that has not come to its end: it is at work, was killed,
// interrupted or failed. "" for a finished one and if nothing is known.
std::string unfinished_text(const RunDirectory& run);

}  // namespace kairo
