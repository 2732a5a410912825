#include "core/store/trajectory_check.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/files/atomic_file.h"
#include "core/store/checkpoint.h"
#include "core/store/trajectory_path.h"

namespace kairo {
namespace {

using Arrays = std::vector<NamedArray>;

std::string parameter_hash_of(const Arrays& arrays) {
  Sha256 hash;
  for (const NamedArray& array : arrays) {
    hash.add(array.name);
    hash.add(array.values.data(), array.values.size() * sizeof(float));
  }
  return hash.hex();
}

bool same_layout(const Arrays& a, const Arrays& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const NamedArray& x, const NamedArray& y) {
                      return x.name == y.name && x.shape == y.shape;
                    });
}

// Euclidean, of arrays of one layout.
double distance(const Arrays& a, const Arrays& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a[i].values.size(); ++j) {
      const double off = static_cast<double>(a[i].values[j]) - static_cast<double>(b[i].values[j]);
      sum += off * off;
    }
  }
  return std::sqrt(sum);
}

class Checker {
 public:
  Checker(const std::vector<TrajectoryPoint>& points, CheckDepth depth)
      : points_(points), deep_(depth == CheckDepth::kEverything) {
    const std::string readable = deep_ ? "digest, format, sizes, step, content hash, no NaN"
                                       : "digest, format, sizes, step, no NaN";
    report_.checks = {{"readable", readable},
                      {"optimizer", "the optimiser's step is that of the name"},
                      {"model", "model words, parameters and shapes are the first one's"},
                      {"duplicates", "no two steps have the same weights"},
                      {"path", "the trajectory is consistent"}};
    if (!deep_) report_.checks.erase(report_.checks.begin() + 1);
  }

  void look_at(const TrajectoryPoint& point) {
    ++check("readable").n_looked_at;
    try {
      const CheckpointPart part = deep_ ? CheckpointPart::kEverything : CheckpointPart::kModelOnly;
      compare(point, read_checkpoint(point.path, part));
    } catch (const Error& error) {
      find("readable", point, error.what());
    }
  }

  TrajectoryReport end() {
    find_duplicates();
    for (const OffPath& off : points_off_path(path_)) {
      find("path", *on_path_[off.index], on_path_[off.index]->path + ": " + off.why);
    }
    check("path").n_looked_at = static_cast<int64_t>(path_.size());
    std::stable_sort(report_.findings.begin(), report_.findings.end(),
                     [](const auto& a, const auto& b) { return a.step < b.step; });
    return std::move(report_);
  }

 private:
  TrajectoryCheck& check(const std::string& name) {
    return *std::find_if(report_.checks.begin(), report_.checks.end(),
                         [&](const TrajectoryCheck& each) { return each.name == name; });
  }

  void find(const std::string& name, const TrajectoryPoint& point, const std::string& text) {
    ++check(name).n_found;
    report_.findings.push_back({point.step, name, text});
  }

  void compare(const TrajectoryPoint& point, Checkpoint checkpoint) {
    report_.content_hashes[point.step] = checkpoint.content_hash;
    if (checkpoint.has_optimizer) {
      ++check("optimizer").n_looked_at;
      if (checkpoint.optimizer.step != point.step) {
        find(
            "optimizer", point,
            point.path + ": the optimiser is at step " + std::to_string(checkpoint.optimizer.step));
      }
    }
    by_weights_[parameter_hash_of(checkpoint.parameters)].push_back(&point);
    if (is_of_the_model(point, checkpoint)) put_on_path(point, std::move(checkpoint.parameters));
  }

  bool is_of_the_model(const TrajectoryPoint& point, const Checkpoint& checkpoint) {
    ++check("model").n_looked_at;
    if (last_.empty()) {
      first_ = point.path;
      model_json_ = checkpoint.model_json;
      return true;
    }
    if (checkpoint.model_json == model_json_ && same_layout(checkpoint.parameters, last_.back())) {
      return true;
    }
    find("model", point, point.path + ": another model than that of " + first_);
    return false;
  }

  void put_on_path(const TrajectoryPoint& point, Arrays weights) {
    PathPoint on_path;
    on_path.step = point.step;
    if (!last_.empty()) on_path.from_last = distance(weights, last_.back());
    if (last_.size() > 1) on_path.from_last_but_one = distance(weights, last_.front());
    path_.push_back(on_path);
    on_path_.push_back(&point);
    last_.push_back(std::move(weights));
    if (last_.size() > 2) last_.pop_front();
  }

  void find_duplicates() {
    for (const auto& [hash, same] : by_weights_) {
      check("duplicates").n_looked_at += static_cast<int64_t>(same.size());
      if (are_last_updates(same)) continue;
      for (std::size_t i = 0; same.size() > 1 && i < same.size(); ++i) {
        const TrajectoryPoint* other = same[i == 0 ? 1 : 0];
        find("duplicates", *same[i],
             same[i]->path + ": the weights of step " + std::to_string(other->step));
      }
    }
  }

  // Whether they are the end of the run, one update apart.
  bool are_last_updates(const std::vector<const TrajectoryPoint*>& same) const {
    const int64_t last = points_.back().step;
    return same.back()->step == last &&
           same.front()->step == last + 1 - static_cast<int64_t>(same.size());
  }

  const std::vector<TrajectoryPoint>& points_;
  const bool deep_;
  TrajectoryReport report_;
  std::string first_;
  std::string model_json_;
  std::deque<Arrays> last_;  // at most two, the later one behind
  std::vector<PathPoint> path_;
  std::vector<const TrajectoryPoint*> on_path_;
  std::map<std::string, std::vector<const TrajectoryPoint*>> by_weights_;
};

}  // namespace

std::vector<TrajectoryFinding> TrajectoryReport::of(const std::string& check) const {
  std::vector<TrajectoryFinding> some;
  std::copy_if(findings.begin(), findings.end(), std::back_inserter(some),
               [&](const TrajectoryFinding& each) { return each.check == check; });
  return some;
}

TrajectoryReport check_trajectory(
    const std::vector<TrajectoryPoint>& points, CheckDepth depth,
    const std::function<void(int64_t done, int64_t total)>& progress) {
  Checker checker(points, depth);
  int64_t done = 0;
  for (const TrajectoryPoint& point : points) {
    checker.look_at(point);
    if (progress) progress(++done, static_cast<int64_t>(points.size()));
  }
  return checker.end();
}

}  // namespace kairo
