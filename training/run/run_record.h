// run.json: with what a run was made, and how it ended. Written (atomically) when the run starts
// and again when it ends; a run that was killed says "running" with no end.
//
//   version, git_commit, command, seed, threads, allowed_cpus (that this process may use), start,
//   end (ISO 8601, UTC); cpu, instruction_set, kernels (the instruction set that the hand-written
//   ones used), device, libraries{name: version} of the machine that made the last updates;
//   machines, a list in the order of steps: from_step and these five fields, of the machine that
//   made the updates behind that step; status
//   ("running", "finished", "interrupted", "failed"), steps (updates done), stopped ("solved", only
//   where a run ended early for that), resumed_from (steps, one for each resumption), error (only
//   where it failed), init_from {path, content_hash} (the checkpoint whose weights the run began
//   with, only where there is one)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/run/machine.h"

namespace kairo {

// A part of a run on one machine: the updates behind from_step, up to the next stretch.
struct Stretch {
  int64_t from_step = 0;
  Machine machine;
};

struct RunRecord {
  std::vector<std::string> command;
  int64_t seed = 0;
  int threads = 0;
  int allowed_cpus = 0;           // core/base/cpu_allowance.h
  std::vector<Stretch> machines;  // ascending
  std::string start;
  std::string end;
  std::string status = "running";
  std::string stopped;
  std::string error;
  int64_t steps = 0;
  std::vector<int64_t> resumed_from;
  std::string init_from;       // training.init_from; "": weights were drawn
  std::string init_from_hash;  // that checkpoint's content hash
};

// The updates behind `step` are made by `machine`; what was said of any behind it is dropped. A
// machine that goes on by itself begins no stretch.
void begin_stretch(RunRecord& record, int64_t step, const Machine& machine);

// Those that made the updates behind step `begin`, up to step `end`; none where it is not known.
std::vector<Machine> machines_between(const RunRecord& record, int64_t begin, int64_t end);

void write_run_record(const std::string& path, const RunRecord& record);

// Of an earlier run, for its resumption or replay: start, init_from, machines (where the file has
// no list, of before there was one: that of the whole run), resumptions; the rest is left at its
// default. An empty record where there is no file or it cannot be understood: nothing that resuming
// needs stands there alone.
RunRecord read_run_record(const std::string& path);

}  // namespace kairo
