// Whether a folder of checkpoints is the trajectory that it says it is.
//
// A digest shows that a file is as it was written, not that the right thing was written: public
// series have been found with one step's weights under another step's name. So the checkpoints are
// held against their names and against each other:
//   readable     digest, format, sizes, no NaN, the step of its name; with kEverything the content
//                hash too
//   optimizer    the optimiser's step is that of the name (kEverything, where the file has one)
//   model        model words, parameters and shapes are those of the first readable one
//   duplicates   no two steps have the same weights. Exempt are the last updates, each kept: a
//                schedule may end at rates too small to change a float
//   path         no step lies off the path of its neighbours. For weights w of three checkpoints in
//                a row, detour = (|w1 - w0| + |w2 - w1|) / |w2 - w0|: 1 on a straight line, sqrt 2
//                on a random walk, 2 around a point of rest, 1 + sqrt 2 to 3 where two neighbours
//                are swapped, more for weights from elsewhere. Off: above 2.1 and above 1.5 times
//                the median of the ten nearest detours over about as many updates (at most twice
//                or half): in a refined window a run goes straighter than outside. The first and
//                the last: more than 5 times as far from the neighbour as that is from the next,
//                for each update.
// Memory: three checkpoints' weights. Thread rule: any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/store/trajectory.h"

namespace kairo {

enum class CheckDepth { kWeights, kEverything };

struct TrajectoryFinding {
  int64_t step = 0;
  std::string check;  // "readable", "optimizer", … as above
  std::string text;   // one line that names the file
};

struct TrajectoryCheck {
  std::string name;
  std::string question;     // "no two steps have the same weights"
  int64_t n_looked_at = 0;  // checkpoints to which it applied
  int64_t n_found = 0;      // of these, with a finding
};

struct TrajectoryReport {
  std::vector<TrajectoryCheck> checks;            // in the order above
  std::vector<TrajectoryFinding> findings;        // by step
  std::map<int64_t, std::string> content_hashes;  // of the readable ones, as their files name them

  // Findings of one check.
  std::vector<TrajectoryFinding> of(const std::string& check) const;
};

// `points` by step, of find_checkpoints. A file that cannot be read, whyever, is a finding.
// `progress` may be empty.
TrajectoryReport check_trajectory(const std::vector<TrajectoryPoint>& points, CheckDepth depth,
                                  const std::function<void(int64_t done, int64_t total)>& progress);

}  // namespace kairo
