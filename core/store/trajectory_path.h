// Which points of a path lie off it, by distances between neighbours alone; the rule is in
// core/store/trajectory_check.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kairo {

struct PathPoint {
  int64_t step = 0;
  double from_last = 0;          // distance to the point before; none at the first
  double from_last_but_one = 0;  // to the one before that; none at the first two
};

struct OffPath {
  std::size_t index = 0;
  std::string why;  // "a detour of 3.1, where its neighbours have 1.2"
};

// Ascending indices. Fewer than four points: none, for there is no trend.
std::vector<OffPath> points_off_path(const std::vector<PathPoint>& points);

}  // namespace kairo
