#include "core/config/config_search.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "core/config/field_values.h"
#include "core/config/home_folder.h"
#include "hooks/error.h"
#include "hooks/nearest_name.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

// Also a pipe or device (`--config <(...)`), but no folder.
bool is_readable_kind(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return !error && fs::exists(status) && !fs::is_directory(status);
}

std::vector<fs::path> candidates(const std::string& name, const std::vector<fs::path>& folders) {
  std::vector<fs::path> paths;
  const auto add = [&](const fs::path& path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  };
  for (const fs::path& folder : folders) {
    add(folder / name);
    if (fs::path(name).extension() != ".yaml") add(folder / (name + ".yaml"));
  }
  return paths;
}

// Names, without ".yaml", of the configs in `folders`.
std::vector<std::string> configs_in(const std::vector<fs::path>& folders) {
  std::vector<std::string> names;
  for (const fs::path& folder : folders) {
    std::error_code error;
    fs::directory_iterator entry(folder.empty() ? fs::path(".") : folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
      const fs::path& file = entry->path();
      if (file.extension() == ".yaml") names.push_back(file.stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

[[noreturn]] void throw_not_found(const std::string& name, const std::vector<fs::path>& folders,
                                  const std::string& where) {
  std::vector<std::string> places;
  for (const fs::path& path : candidates(name, folders)) places.push_back(path.string());
  const fs::path wanted(name);
  std::vector<fs::path> near_folders = folders;
  if (wanted.has_parent_path()) near_folders.push_back(wanted.parent_path());
  const std::vector<std::string> names = configs_in(near_folders);
  const std::string stem =
      (wanted.extension() == ".yaml" ? wanted.stem() : wanted.filename()).string();
  std::string hint = did_you_mean(stem, names);
  if (hint.empty()) {
    hint = names.empty() ? "give a path to a .yaml file" : "configs there: " + joined(names);
  }
  throw Error(ErrorKind::kConfig, {where, "", "no such config, searched " + joined(places), hint});
}

std::string find_in(const std::string& name, const std::vector<fs::path>& folders,
                    const std::string& where) {
  if (name.empty()) throw Error(ErrorKind::kConfig, {where, "the name of a config", "nothing", ""});
  for (const fs::path& path : candidates(expand_home(name), folders)) {
    if (is_readable_kind(path)) return path.string();
  }
  throw_not_found(name, folders, where);
}

// The empty path is the current folder: found files keep the name that the user wrote.
std::vector<fs::path> usual_folders(const fs::path& subfolder = "") {
  std::vector<fs::path> folders = {"", "configs" / subfolder};
  if (const std::string installed = installed_config_dir(); !installed.empty()) {
    folders.push_back(installed / subfolder);
  }
  return folders;
}

}  // namespace

std::string find_config(const std::string& name, const std::string& subfolder) {
  return find_in(name, usual_folders(subfolder), "config " + shown(name));
}

std::string find_parent_config(const std::string& name, const std::string& child,
                               const std::string& where) {
  std::vector<fs::path> folders = usual_folders();
  folders.insert(folders.begin(), fs::path(child).parent_path());
  return find_in(name, folders, where + ": defaults: " + shown(name));
}

std::string installed_config_dir() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return "";
  const fs::path folder = program.parent_path().parent_path() / "share" / "kairoscope" / "configs";
  return fs::is_directory(folder, error) ? folder.string() : "";
}

}  // namespace kairo
