#include "core/config/config_search.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/config/field_values.h"
#include "core/config/home_folder.h"

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

fs::path listed(const fs::path& folder) { return folder.empty() ? fs::path(".") : folder; }

// Names, without ".yaml", of the configs in a folder. Hidden files are another program's.
std::vector<std::string> configs_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(listed(folder), error);
  for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
    const fs::path& file = entry->path();
    const bool is_hidden = file.filename().string().front() == '.';
    if (file.extension() == ".yaml" && !is_hidden) names.push_back(file.stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::vector<ConfigFolder> with_names(const std::vector<fs::path>& folders) {
  std::vector<ConfigFolder> all;
  for (const fs::path& folder : folders) {
    std::string name = listed(folder).string();
    if (name.size() > 1 && name.back() == '/') name.pop_back();
    all.push_back({name, configs_in(folder)});
  }
  return all;
}

// "in configs: base, quick", of each folder that has any; "" where none has.
std::string what_is_there(const std::vector<ConfigFolder>& folders) {
  std::string all;
  for (const ConfigFolder& each : folders) {
    if (each.names.empty()) continue;
    all += (all.empty() ? "" : "; ") + ("in " + each.folder + ": ") + joined(each.names);
  }
  return all;
}

[[noreturn]] void throw_not_found(const std::string& name, const std::vector<fs::path>& folders,
                                  const std::string& where) {
  std::vector<std::string> places;
  for (const fs::path& path : candidates(name, folders)) places.push_back(path.string());
  const fs::path wanted(name);
  std::vector<fs::path> near_folders = folders;
  if (wanted.has_parent_path()) near_folders.push_back(wanted.parent_path());
  const std::vector<ConfigFolder> near = with_names(near_folders);
  std::vector<std::string> names;
  for (const ConfigFolder& each : near) {
    names.insert(names.end(), each.names.begin(), each.names.end());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::string stem =
      (wanted.extension() == ".yaml" ? wanted.stem() : wanted.filename()).string();
  std::string hint = did_you_mean(stem, names);
  if (hint.empty()) hint = names.empty() ? "give a path to a .yaml file" : what_is_there(near);
  throw Error(ErrorKind::kConfig)
      .at(where)
      .fact("no such config, searched " + joined(places))
      .hint(hint);
}

std::string find_in(const std::string& name, const std::vector<fs::path>& folders,
                    const std::string& where) {
  if (name.empty())
    throw Error(ErrorKind::kConfig).at(where).fact("the name of a config is missing");
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

std::vector<ConfigFolder> list_configs(const std::string& subfolder) {
  std::vector<fs::path> folders = usual_folders(subfolder);
  folders.erase(folders.begin());  // any file of the current folder may end in .yaml
  return with_names(folders);
}

std::string installed_config_dir() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return "";
  const fs::path folder = program.parent_path().parent_path() / "share" / "kairoscope" / "configs";
  return fs::is_directory(folder, error) ? folder.string() : "";
}

}  // namespace kairo
