// What train says of a run as a whole: a header as it begins, a summary as it ends, and the command
// that continues it.
#pragma once

#include <string>
#include <vector>

#include "core/base/shell_quoted.h"
#include "programs/run_setup.h"
#include "training/cost.h"
#include "training/run/run_start.h"

namespace kairo {

// "training quick: disambiguation (bz_to_a, K 5), 4 layers, 4 heads, ..., in outputs/quick". The
// settings are settled.
std::string run_header(const RunSettings& settings, const TrainingCost& cost, const Start& start);

// Lines for a reader: the last evaluation and the time it took, number and size of checkpoints.
// Reads metrics.jsonl and the sizes of files. Throws what read_metrics and find_checkpoints throw.
std::vector<std::string> run_summary(const RunDirectory& directory);

// `arguments`, the program first, as they began the run: with --resume auto, without --overwrite,
// quoted for a shell.
std::string command_to_continue(const Command& arguments);

// "analyze --experiment quick", from where `arguments` began the run, quoted for a shell.
std::string next_command(const Command& arguments, const RunSettings& settings);

}  // namespace kairo
