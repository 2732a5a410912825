// A trajectory: the checkpoints of a run, ordered by step. Looks at names only; opens nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kairo {

struct TrajectoryPoint {
  int64_t step = 0;
  std::string path;
};

// "step_00000200.h5"
std::string checkpoint_file_name(int64_t step);

// "interrupted_00000184.h5": what an interruption kept at a step that the run's plan does not keep.
// It is there to be resumed from alone, so that it is no point of the trajectory: a run in parts
// has the same points, records and events as one in one piece.
std::string interrupted_file_name(int64_t step);

// The step that a file of either name (its folder does not matter) says it has.
std::optional<int64_t> step_in_name(const std::string& path);

// All checkpoints of a folder by step; temporary and foreign files are passed over. kNotFound where
// the folder does not exist or holds no checkpoint (each says what to do).
std::vector<TrajectoryPoint> find_checkpoints(const std::string& folder);

// All interrupted_*.h5 of a folder by step. Empty if there is none or no such folder.
std::vector<TrajectoryPoint> find_interrupted(const std::string& folder);

// Steps as the user writes them: "4000:6000:200" (both ends in, stride of steps), "4000:", ":6000",
// "500", "0,500,1000", "first", "last", and lists of these. Steps are picked from those that exist:
// with a stride, those at start + n*stride. "" means all. The result is ascending, each step once.
// kUsage where any part of a list is no selection or matches nothing, naming the range that exists.
std::vector<TrajectoryPoint> select_steps(const std::vector<TrajectoryPoint>& all,
                                          const std::string& selection);

}  // namespace kairo
