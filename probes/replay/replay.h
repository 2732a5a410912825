// The replay: every wanted probe over every wanted checkpoint of a run, in parallel over
// checkpoints.
//
// A checkpoint is loaded once for all probes that still need it (and its weights rewritten as
// ProbesOptions::processing says); each step's record is written at
// once, so a stopped replay goes on where it was. What was measured with the same settings, data,
// code version and checkpoint is reused. When all of a probe's steps are there they become one
// record, together with the steps an earlier replay with the same settings had measured: measured
// anew where their checkpoint is another now, kept, with a note, where it is gone, and let go where
// it was set aside in superseded/ (its weights are no longer the run's). Records are equal to the
// byte for any number of jobs and for any number of stops between. Of two replays of one probe and
// label the second waits (core/files/work_lock.h) and then finds its work done.
#pragma once

#include <c10/core/Device.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/config/options.h"
#include "core/store/run_directory.h"
#include "core/store/trajectory.h"
#include "probes/probe.h"

namespace kairo {

struct ReplayOptions {
  std::string label = "default";
  int jobs = 1;             // worker threads, each with single-threaded operations
  bool keep_going = false;  // a failing step is reported and left out instead of ending the replay
  // Measure `points` again although the record has them. The old record stays until all are there,
  // and a stopped replay goes on with the same call. Steps that are not asked for stay in it.
  bool force = false;
  at::Device device = at::kCPU;  // where the models run
  bool dry_run = false;          // count what would be measured and reused; write nothing
  const std::atomic<bool>* stop = nullptr;  // set from outside: finish the step in hand and return
  std::function<void(int64_t done, int64_t total)> progress;  // checkpoints; one call at a time
  // Called as a probe begins with one of `total` checkpoints; one call at a time; must not throw.
  std::function<void(const std::string& probe, int64_t total)> begins;
  std::map<int64_t, std::string> damaged;  // steps known to be wrong: each fails with this text
  // Called with a line for the log: waiting for another process, or dropping the record of a
  // superseded step.
  std::function<void(const std::string&)> say;
};

struct ReplayFailure {
  std::string probe;  // "" where the checkpoint itself could not be read
  int64_t step = 0;
  std::string message;
};

struct ProbeOutcome {
  std::string probe;
  std::string left_out;  // why it has no meaning here, or ""
  std::string record;    // path
  int64_t n_measured = 0;
  int64_t n_reused = 0;
  bool is_complete = false;  // the record stands, but for failed steps
};

struct ReplayResult {
  std::vector<ProbeOutcome> probes;     // in the order given
  std::vector<ReplayFailure> failures;  // by step
  bool was_stopped = false;
};

// Reads the run's dataset.h5. `points`: checkpoints to measure, of select_steps. Throws what
// reading the dataset throws, kUsage for an unsafe label and where a record of other settings would
// be replaced that holds a step whose checkpoint is gone (not with force), and without keep_going
// the first failing step's error (its text names the file, or the step and the probe), after the
// workers have stopped; kIo where the workers cannot be started; what `progress` throws. A
// checkpoint of another step than its name says fails.
ReplayResult replay(const RunDirectory& run, const std::vector<Probe*>& probes,
                    const ProbesOptions& options, const std::vector<TrajectoryPoint>& points,
                    const ReplayOptions& replay_options);

}  // namespace kairo
