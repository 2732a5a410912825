#include "core/store/run_directory.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/config/home_folder.h"
#include "core/files/safe_name.h"
#include "core/store/record.h"
#include "core/store/trajectory.h"

namespace kairo {
namespace {

// Names of the folders in `base_dir`, sorted.
std::vector<std::string> folders_in(const std::string& base_dir) {
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator entry(base_dir, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error)) names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  const std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

}  // namespace

RunDirectory::RunDirectory(const std::string& base_dir, const std::string& experiment,
                           const std::string& results_dir)
    : experiment_(experiment),
      root_(expand_home(base_dir) + "/" + experiment),
      results_(results_dir.empty() ? root_ : expand_home(results_dir) + "/" + experiment) {
  check_safe_name("experiment name", experiment);
  if (!base_dir.empty()) return;
  throw Error(ErrorKind::kUsage)
      .at("output.base_dir")
      .fact("the name of a folder is missing")
      .hint("--output-dir . is the present one");
}

std::string RunDirectory::runs_folder() const {
  return std::filesystem::path(root_).parent_path().string();
}

std::string RunDirectory::results_dir() const {
  return results_ == root_ ? "" : std::filesystem::path(results_).parent_path().string();
}

std::string RunDirectory::checkpoint(int64_t step) const {
  return checkpoints() + "/" + checkpoint_file_name(step);
}

std::string RunDirectory::interrupted_checkpoint(int64_t step) const {
  return checkpoints() + "/" + interrupted_file_name(step);
}

std::string RunDirectory::step_records(const std::string& probe, const std::string& label) const {
  check_safe_name("probe name", probe);
  check_label(label);
  return results_ + "/probes/" + probe + "/" + label;
}

std::string RunDirectory::record(const std::string& probe, const std::string& label) const {
  return step_records(probe, label) + ".h5";
}

std::string RunDirectory::record_lock(const std::string& probe, const std::string& label) const {
  return step_records(probe, label) + ".lock";
}

bool RunDirectory::exists() const {
  const std::filesystem::path lock = std::filesystem::path(train_lock()).filename();
  std::error_code error;
  for (std::filesystem::directory_iterator entry(root_, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename() != lock) return true;
  }
  if (!error || error == std::errc::no_such_file_or_directory ||
      error == std::errc::not_a_directory) {
    return false;
  }
  throw Error(ErrorKind::kIo).at(root_).fact("the run's folder cannot be read: " + error.message());
}

void RunDirectory::require() const {
  if (exists()) return;
  const std::string base_dir = std::filesystem::path(root_).parent_path().string();
  const std::vector<std::string> others = folders_in(base_dir);
  std::string hint = did_you_mean(experiment_, others);
  if (hint.empty()) {
    hint = others.empty() ? "there is no run in " + base_dir + ": train one, or set --output-dir"
                          : "runs there: " + listed(others);
  }
  throw Error(ErrorKind::kNotFound).at(root_).fact("there is no such run").hint(hint);
}

}  // namespace kairo
