// run.json: with what a run was made, and how it ended. Written (atomically) when the run starts
// and again when it ends; a run that was killed says "running" with no end.
//
//   version, git_commit, command, seed, cpu, instruction_set, kernels (the instruction set that the
//   hand-written ones used), device, threads, libraries{name: version}, start, end (ISO 8601, UTC),
//   status ("running", "finished", "interrupted", "failed"),
//   steps (updates done), stopped ("solved", only where a run ended early for that), resumed_from
//   (steps, one for each resumption), error (only where it failed)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/machine.h"

namespace kairo {

struct RunRecord {
  std::vector<std::string> command;
  int64_t seed = 0;
  int threads = 0;
  Machine machine;
  std::string start;
  std::string end;
  std::string status = "running";
  std::string stopped;
  std::string error;
  int64_t steps = 0;
  std::vector<int64_t> resumed_from;
};

void write_run_record(const std::string& path, const RunRecord& record);

// Of an earlier run, for its resumption or replay: start, instruction sets, device, libraries,
// resumptions; the rest is left at its default. An empty record where there is no file or it cannot
// be understood: nothing that resuming needs stands there alone.
RunRecord read_run_record(const std::string& path);

}  // namespace kairo
