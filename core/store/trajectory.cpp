#include "core/store/trajectory.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <set>
#include <system_error>

#include "core/base/error.h"
#include "core/files/safe_name.h"

namespace kairo {
namespace {

constexpr const char* kSyntax =
    "steps are written as 500, 0,500,1000, first, last, or 4000:6000:200";

// The whole of `text` as a step of at least 0.
bool parse_step(const std::string& text, int64_t& step) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, step);
  return error == std::errc() && stopped == end && step >= 0;
}

const std::string kScheduled = "step_", kInterrupted = "interrupted_";

std::string file_name(const std::string& prefix, int64_t step) {
  char name[60];
  std::snprintf(name, sizeof name, "%s%08lld.h5", prefix.c_str(), static_cast<long long>(step));
  return name;
}

std::optional<int64_t> parse_file_name(const std::string& name, const std::string& prefix) {
  const std::string suffix = ".h5";
  if (name.size() <= prefix.size() + suffix.size() || name.compare(0, prefix.size(), prefix) != 0) {
    return {};
  }
  const std::size_t digits = name.size() - prefix.size() - suffix.size();
  // Written back and compared, so that step_5.h5 beside step_00000005.h5 is foreign, not a second
  // one.
  int64_t step = 0;
  const bool fits = parse_step(name.substr(prefix.size(), digits), step);
  return fits && file_name(prefix, step) == name ? std::optional(step) : std::nullopt;
}

// Those of such a name, by step.
std::vector<TrajectoryPoint> points_in(const std::string& folder, const std::string& prefix,
                                       std::error_code& error) {
  std::vector<TrajectoryPoint> found;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::optional<int64_t> step = parse_file_name(entry->path().filename().string(), prefix);
    if (step) found.push_back({*step, entry->path().string()});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.step < b.step; });
  return found;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(separator, begin)) != std::string::npos; begin = end + 1) {
    parts.push_back(text.substr(begin, end - begin));
  }
  parts.push_back(text.substr(begin));
  return parts;
}

struct Range {
  int64_t first = 0;
  int64_t last = 0;
  int64_t stride = 1;

  bool holds(int64_t step) const {
    return step >= first && step <= last && (step - first) % stride == 0;
  }
};

[[noreturn]] void refuse_steps(const std::string& fact) {
  throw Error(ErrorKind::kUsage).at("--steps").fact(fact).hint(kSyntax);
}

Range parse_range(const std::string& part, int64_t first, int64_t last) {
  if (part == "first") return {first, first, 1};
  if (part == "last") return {last, last, 1};
  const std::vector<std::string> fields = split(part, ':');
  Range range{first, last, 1};
  const bool begin_fits =
      (fields[0].empty() && fields.size() > 1) || parse_step(fields[0], range.first);
  if (!begin_fits || fields.size() > 3) refuse_steps(quoted(part) + " names no steps");
  if (fields.size() == 1) range.last = range.first;
  if (fields.size() > 1 && !fields[1].empty() && !parse_step(fields[1], range.last)) {
    refuse_steps(quoted(part) + " names no steps");
  }
  if (fields.size() > 2 && (!parse_step(fields[2], range.stride) || range.stride == 0)) {
    refuse_steps(quoted(part) + " has no stride of at least 1");
  }
  return range;
}

std::string extent_of(const std::vector<TrajectoryPoint>& all) {
  return std::to_string(all.size()) + " checkpoints from " + std::to_string(all.front().step) +
         " to " + std::to_string(all.back().step);
}

}  // namespace

std::string checkpoint_file_name(int64_t step) { return file_name(kScheduled, step); }

std::string interrupted_file_name(int64_t step) { return file_name(kInterrupted, step); }

std::optional<int64_t> step_in_name(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  const std::optional<int64_t> scheduled = parse_file_name(name, kScheduled);
  return scheduled ? scheduled : parse_file_name(name, kInterrupted);
}

std::vector<TrajectoryPoint> find_interrupted(const std::string& folder) {
  std::error_code ignored;
  return points_in(folder, kInterrupted, ignored);
}

std::vector<TrajectoryPoint> find_checkpoints(const std::string& folder) {
  std::error_code error;
  std::vector<TrajectoryPoint> found = points_in(folder, kScheduled, error);
  if (error) {
    throw Error(ErrorKind::kNotFound)
        .at(folder)
        .fact("the folder of checkpoints cannot be read: " + error.message())
        .hint("train the experiment first, or check --output-dir");
  }
  if (found.empty()) {
    throw Error(ErrorKind::kNotFound)
        .at(folder)
        .fact("there are no checkpoints (step_00000000.h5, ...) here")
        .hint("train the experiment, or wait for its first checkpoint");
  }
  return found;
}

std::vector<TrajectoryPoint> select_steps(const std::vector<TrajectoryPoint>& all,
                                          const std::string& selection) {
  if (all.empty()) refuse_steps("the run has no checkpoints");
  if (selection.empty()) return all;
  std::set<int64_t> wanted;
  for (const std::string& part : split(selection, ',')) {
    const Range range = parse_range(part, all.front().step, all.back().step);
    bool matched = false;
    for (const TrajectoryPoint& point : all) {
      if (!range.holds(point.step)) continue;
      wanted.insert(point.step);
      matched = true;
    }
    if (!matched) refuse_steps(quoted(part) + " names none of the " + extent_of(all));
  }
  std::vector<TrajectoryPoint> chosen;
  for (const TrajectoryPoint& point : all) {
    if (wanted.count(point.step) > 0) chosen.push_back(point);
  }
  return chosen;
}

}  // namespace kairo
