#include "training/refiner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>

#include "core/base/error.h"
#include "core/base/version.h"
#include "core/files/atomic_file.h"
#include "training/run/run_record.h"
#include "training/this_machine.h"

namespace kairo {
namespace {

using Arrays = std::vector<NamedArray>;

const NamedArray* find(const Arrays& arrays, const std::string& name) {
  const auto found = std::find_if(arrays.begin(), arrays.end(),
                                  [&](const NamedArray& each) { return each.name == name; });
  return found == arrays.end() ? nullptr : &*found;
}

// Bytes, not numbers: -0 is not 0.
bool same_bytes(const NamedArray& a, const NamedArray& b) {
  return a.shape == b.shape && a.values.size() == b.values.size() &&
         std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(float)) == 0;
}

void compare(const Arrays& of_run, const Arrays& replayed, const std::string& prefix,
             std::vector<std::string>& differing) {
  for (const NamedArray& array : of_run) {
    const NamedArray* other = find(replayed, array.name);
    if (other == nullptr || !same_bytes(array, *other)) differing.push_back(prefix + array.name);
  }
  for (const NamedArray& array : replayed) {
    if (find(of_run, array.name) == nullptr) differing.push_back(prefix + array.name);
  }
}

double largest_difference(const Arrays& a, const Arrays& b) {
  double largest = 0;
  for (const NamedArray& array : a) {
    const NamedArray* other = find(b, array.name);
    if (other == nullptr || other->values.size() != array.values.size()) continue;
    for (std::size_t i = 0; i < array.values.size(); ++i) {
      largest = std::max(largest, std::fabs(static_cast<double>(array.values[i]) -
                                            static_cast<double>(other->values[i])));
    }
  }
  return largest;
}

// Of a machine, what bytes may depend on beside the config, where it is not as it was; "" where it
// is.
std::string changes_since(const Machine& then, const Machine& now,
                          const std::string& file_version) {
  std::string text;
  const auto add = [&](const std::string& what, const std::string& before,
                       const std::string& after) {
    if (before.empty() || before == after) return;
    text += (text.empty() ? "" : ", ") + fmt::format("{} {} (now {})", what, before, after);
  };
  add("instruction set", then.instruction_set, now.instruction_set);
  add("kernels", then.kernels, now.kernels);
  add("device", then.device, now.device);
  for (const auto& [name, library] : then.libraries) {
    const auto found = now.libraries.find(name);
    add(name, library, found == now.libraries.end() ? "none" : found->second);
  }
  add("Kairoscope", file_version, version());
  return text;
}

// Holds what is not proven; empty at the beginning, gone at the end.
class UnprovenFolder {
 public:
  explicit UnprovenFolder(std::string path) : path_(std::move(path)) {
    remove();
    create_folder(path_);
  }
  ~UnprovenFolder() { remove(); }
  UnprovenFolder(const UnprovenFolder&) = delete;
  UnprovenFolder& operator=(const UnprovenFolder&) = delete;

  std::string file(int64_t step) const { return path_ + "/" + checkpoint_file_name(step); }

 private:
  void remove() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path_;
};

class Refiner {
 public:
  Refiner(const RunDirectory& directory, const RefineSetup& setup, const Dataset& data,
          const RefinePlan& plan)
      : directory_(directory),
        setup_(setup),
        plan_(plan),
        pool_(static_cast<int>(std::min<int64_t>(setup.threads, setup.options.training.shards))),
        learner_(setup.options, data, pool_, setup.device),
        unproven_(unproven_folder(directory)) {
    learner_.restore(plan.start, directory.checkpoint(plan.start.step));
  }

  RefineResult run() {
    while (learner_.step() < plan_.last_step()) {
      if (setup_.stop != nullptr && *setup_.stop) {
        result_.was_stopped = true;
        break;
      }
      update();
      if (is_met()) {
        require_equal(plan_.known[next_known_++].path);
        keep_proven();
      } else if (is_missing()) {
        save();
      }
      show_progress();
    }
    return result_;
  }

 private:
  void update() {
    const UpdateReport report = learner_.update();
    if (report.applied) return;
    fail(report.step, fmt::format("replayed step {}", report.step),
         fmt::format(
             "the run's update was finite, and the replay's is not: loss {}, gradient norm {}",
             report.loss, report.grad_norm),
         plan_.start.version);
  }

  bool is_met() const { return plan_.known[next_known_].step == learner_.step(); }
  bool is_missing() const {
    return std::binary_search(plan_.missing.begin(), plan_.missing.end(), learner_.step());
  }

  Checkpoint replayed(bool with_optimizer) {
    learner_.copy_to(snapshot_, with_optimizer);
    return learner_.to_checkpoint(snapshot_);
  }

  void require_equal(const std::string& path) {
    const Checkpoint of_run = read_checkpoint(path, CheckpointPart::kEverything);
    const Checkpoint again = replayed(of_run.has_optimizer);
    const std::vector<std::string> differing = differing_parts(of_run, again);
    ++result_.n_proofs;
    if (differing.empty()) return;
    fail(of_run.step, path,
         fmt::format(
             "it differs from the replay from step {} in {} (and {} more), weights by up to {:.2g}",
             plan_.start.step, differing.front(), differing.size() - 1,
             largest_difference(of_run.parameters, again.parameters)),
         of_run.version);
  }

  // What is not as it was when the run made the updates up to `step` that are replayed.
  std::string changes_up_to(int64_t step, const std::string& file_version) const {
    Machine now = this_machine();
    now.device = setup_.device.str();
    const RunRecord record = read_run_record(directory_.run_file());
    std::string changes;
    for (const Machine& then : machines_between(record, plan_.start.step, step)) {
      if (changes.empty()) changes = changes_since(then, now, file_version);
    }
    return changes.empty() ? changes_since(now, now, file_version) : changes;
  }

  [[noreturn]] void fail(int64_t step, const std::string& where, const std::string& fact,
                         const std::string& file_version) const {
    const std::string changes = changes_up_to(step, file_version);
    throw Error(ErrorKind::kNumeric)
        .at(where)
        .fact(fact)
        .hint(
            "no checkpoint after the last proven one was kept; equal bytes need the same "
            "instruction set, kernels, device and library versions (threads do not matter): " +
            (changes.empty() ? "these are the run's, so this file, the one the replay began with "
                               "or config.yaml is not what the run wrote; see verify"
                             : "the run had " + changes));
  }

  // The words are those that the run's own files have, also where another version wrote them.
  void save() {
    Checkpoint checkpoint = replayed(false);
    checkpoint.model_json = plan_.start.model_json;
    checkpoint.has_training = false;
    checkpoint.training = {};
    checkpoint.experiment = directory_.experiment();
    checkpoint.version = version();
    checkpoint.config_yaml = setup_.config_yaml;
    write_checkpoint(unproven_.file(checkpoint.step), checkpoint);
    pending_.push_back(checkpoint.step);
  }

  // Ascending: wherever this is stopped, what has moved is proven.
  void keep_proven() {
    for (const int64_t step : pending_) {
      move_file(unproven_.file(step), directory_.checkpoint(step));
      ++result_.n_added;
    }
    pending_.clear();
  }

  void show_progress() const {
    const int64_t begin = plan_.start.step;
    if (setup_.progress) setup_.progress(learner_.step() - begin, plan_.last_step() - begin);
  }

  const RunDirectory& directory_;
  const RefineSetup& setup_;
  const RefinePlan& plan_;
  WorkerPool pool_;
  Learner learner_;
  UnprovenFolder unproven_;
  LearnerSnapshot snapshot_;
  std::size_t next_known_ = 0;
  std::vector<int64_t> pending_;  // steps in unproven/, ascending
  RefineResult result_;
};

}  // namespace

std::vector<std::string> differing_parts(const Checkpoint& of_run, const Checkpoint& replayed) {
  std::vector<std::string> differing;
  compare(of_run.parameters, replayed.parameters, "", differing);
  if (of_run.has_optimizer) {
    for (const auto& [state, arrays] : of_run.optimizer.states) {
      const auto found = replayed.optimizer.states.find(state);
      const Arrays none;
      compare(arrays, found == replayed.optimizer.states.end() ? none : found->second, state + "/",
              differing);
    }
  }
  if (of_run.has_training) {
    // An older run's checkpoints lack data_examples; what both have must agree.
    for (const auto& [name, values] : replayed.training.integers) {
      const auto found = of_run.training.integers.find(name);
      if (found != of_run.training.integers.end() && found->second != values) {
        differing.push_back(name);
      }
    }
  }
  return differing;
}

RefineResult refine(const RunDirectory& directory, const RefineSetup& setup, const Dataset& data,
                    const RefinePlan& plan) {
  return Refiner(directory, setup, data, plan).run();
}

}  // namespace kairo
