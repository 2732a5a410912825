#include "core/store/trajectory_path.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace kairo {
namespace {

constexpr double kLeastDetour = 2.1;  // above a point of rest, below two swapped on a random walk
constexpr double kAboveMedian = 1.5;
constexpr double kFarEnd = 5;
constexpr std::size_t kAround = 5;  // on each side
constexpr int64_t kAlike = 2;       // factor between spans that are of one spacing
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// NaN where the three points are one.
double detour(const std::vector<PathPoint>& points, std::size_t i) {
  const double way = points[i].from_last + points[i + 1].from_last;
  if (way == 0) return std::numeric_limits<double>::quiet_NaN();
  const double direct = points[i + 1].from_last_but_one;
  return direct == 0 ? kInfinity : way / direct;
}

// Updates from the point before to the one behind.
int64_t span(const std::vector<PathPoint>& points, std::size_t i) {
  return points[i + 1].step - points[i - 1].step;
}

// Whether the detours of two points tell of the same thing: over one update a run goes straight on,
// over hundreds it may walk at random or lie still.
bool are_alike(int64_t a, int64_t b) { return a <= kAlike * b && b <= kAlike * a; }

// Of the nearest ones of like span, at most kAround on each side; 1 where there is none.
double median_around(const std::vector<PathPoint>& points, const std::vector<double>& detours,
                     std::size_t at) {
  std::vector<double> near;
  std::size_t n_before = 0, n_behind = 0;
  const auto take = [&](std::size_t i, std::size_t& count) {
    if (std::isnan(detours[i]) || !are_alike(span(points, i), span(points, at))) return;
    near.push_back(detours[i]);
    ++count;
  };
  for (std::size_t i = at - 1; i > 0 && n_before < kAround; --i) take(i, n_before);
  for (std::size_t i = at + 1; i + 1 < points.size() && n_behind < kAround; ++i) take(i, n_behind);
  if (near.empty()) return 1;
  const auto middle = near.begin() + static_cast<std::ptrdiff_t>(near.size() / 2);
  std::nth_element(near.begin(), middle, near.end());
  return *middle;
}

std::string text(const char* format, double a, double b) {
  char line[120];
  std::snprintf(line, sizeof line, format, a, b);
  return line;
}

// Whether an end lies too far from its neighbour: `far` is that distance over `far_steps` updates,
// `near` the neighbour's to the next one.
bool is_far(double far, double near, int64_t far_steps, int64_t near_steps) {
  const double longer =
      std::max(1.0, static_cast<double>(far_steps) / static_cast<double>(near_steps));
  return far > kFarEnd * longer * near;
}

void look_at_ends(const std::vector<PathPoint>& points, std::vector<OffPath>& off) {
  const std::size_t n = points.size();
  const auto gap = [&](std::size_t i) { return points[i].step - points[i - 1].step; };
  const char* format = "%.3g from its neighbour, which is %.3g from the next one";
  if (is_far(points[1].from_last, points[2].from_last, gap(1), gap(2))) {
    off.push_back({0, text(format, points[1].from_last, points[2].from_last)});
  }
  if (is_far(points[n - 1].from_last, points[n - 2].from_last, gap(n - 1), gap(n - 2))) {
    off.push_back({n - 1, text(format, points[n - 1].from_last, points[n - 2].from_last)});
  }
}

}  // namespace

std::vector<OffPath> points_off_path(const std::vector<PathPoint>& points) {
  std::vector<OffPath> off;
  const std::size_t n = points.size();
  if (n < 4) return off;
  std::vector<double> detours(n, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 1; i + 1 < n; ++i) detours[i] = detour(points, i);
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const double usual = median_around(points, detours, i);
    if (detours[i] > kLeastDetour && detours[i] > kAboveMedian * usual) {
      off.push_back(
          {i, text("a detour of %.2f, where its neighbours have %.2f", detours[i], usual)});
    }
  }
  // A neighbour that is off itself says nothing about an end.
  const auto is_off = [&](std::size_t index) {
    return std::any_of(off.begin(), off.end(),
                       [&](const OffPath& each) { return each.index == index; });
  };
  if (!is_off(1) && !is_off(2) && !is_off(n - 2) && !is_off(n - 3)) look_at_ends(points, off);
  std::sort(off.begin(), off.end(),
            [](const OffPath& a, const OffPath& b) { return a.index < b.index; });
  return off;
}

}  // namespace kairo
