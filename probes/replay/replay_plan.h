// What a replay has to do: which probes want which checkpoint, and which measurements are kept as
// they are. Thread rule: planned by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/store/run_directory.h"
#include "core/store/trajectory.h"
#include "probes/probe.h"
#include "probes/replay/replay.h"
#include "probes/replay/replay_record.h"

namespace kairo {

// One probe's part of a replay. While the workers are at it, their mutex guards steps and counts.
struct ProbeWork {
  Probe& probe;
  ReplayRecord record;
  std::set<int64_t> wanted;
  std::map<int64_t, std::string> done;  // step -> checkpoint hash
  std::set<int64_t> kept;               // of these, the steps whose checkpoint is gone
  int64_t n_measured = 0;
  int64_t n_reused = 0;
};

// A checkpoint and the probes that want it.
struct ReplayJob {
  TrajectoryPoint point;
  std::vector<ProbeWork*> probes;
};

// Jobs by step: the checkpoints asked for (`points`), and those that were measured already. Fills
// each work's `wanted`, and its `kept` and `done` with the steps whose checkpoint is gone. kUsage
// where such a step stands in a record of other settings, but with options.force.
std::vector<ReplayJob> plan_jobs(const RunDirectory& run,
                                 const std::vector<TrajectoryPoint>& points,
                                 const std::vector<std::unique_ptr<ProbeWork>>& works,
                                 const ReplayOptions& options);

}  // namespace kairo
