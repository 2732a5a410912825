// The one progress line of all programs (training/run/progress.h), on standard error: redrawn on a
// terminal that can, else a line of the log now and then; none with --quiet or --no-progress.
#pragma once

#include <functional>
#include <string>

#include "programs/command_line/command_line.h"
#include "training/run/progress.h"

namespace kairo {

// `line`: where a plain line goes.
Progress make_progress(const CommonFlags& flags, const ProgressWords& words,
                       double seconds_between_lines,
                       const std::function<void(const std::string&)>& line);
// With a line every ten seconds in the program's log.
Progress make_progress(const CommonFlags& flags, const ProgressWords& words);

}  // namespace kairo
