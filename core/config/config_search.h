// Where a configuration is looked for, and what to say where there is none.
#pragma once

#include <string>
#include <vector>

namespace kairo {

// The file that `name` means: the name as a path; then configs/NAME here; then in the installed
// configs; each with and without ".yaml". With `subfolder` ("sweeps") it is configs/sweeps/NAME.
// Throws kConfig naming the places searched and the nearest names.
std::string find_config(const std::string& name, const std::string& subfolder = "");

// Likewise for the parent that `child` (a file) names at `where` ("configs/x.yaml:1"): beside the
// child first.
std::string find_parent_config(const std::string& name, const std::string& child,
                               const std::string& where);

struct ConfigFolder {
  std::string folder;              // "configs"
  std::vector<std::string> names;  // without ".yaml", sorted
};

// The configs in configs/ here and among the installed ones, for --list.
std::vector<ConfigFolder> list_configs(const std::string& subfolder = "");

// Folder of the configs that `make install` put beside the programs (../share/kairoscope/configs of
// the running program), or "" where there is no such folder.
std::string installed_config_dir();

}  // namespace kairo
