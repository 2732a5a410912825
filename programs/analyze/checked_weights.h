// The cheap part of verify, which analyze always runs: what the weights themselves say
// (core/store/trajectory_check.h) before anything is measured or drawn.
//
// Cost: every checkpoint's weights are read once, one after another. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/run_data.h"
#include "core/store/run_directory.h"
#include "core/store/trajectory.h"

namespace kairo {

struct CheckedWeights {
  std::map<int64_t, std::string> wrong;   // steps whose weights are another's, and why
  std::map<int64_t, std::string> hashes;  // content hash by step, of those that can be read
};

// `all` checkpoints of the run, whichever of them are `measured`: the step that another is a copy
// of may be any. Warns of doubtful steps, and, where they are not measured, of wrong ones, of files
// that cannot be read and of those with the name of another step. Measured ones fail: the wrong by
// what is returned, the others where the replay reads them.
CheckedWeights check_weights(const std::vector<TrajectoryPoint>& all,
                             const std::vector<TrajectoryPoint>& measured);

// Records of `data` that hold numbers of wrong weights: by a probe_<name>, which does not look, or
// from before they were put in place. kCorrupt naming record and step, or left out with the reason.
void refuse_wrong_records(RunData& data, const RunDirectory& run, const CheckedWeights& checked,
                          DamagedFiles damaged);

}  // namespace kairo
