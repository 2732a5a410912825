// From settings to fields: checks every value against its field's type and range, then assigns.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config/fields.h"
#include "core/config/yaml_source.h"

namespace kairo {

// By path; of several settings of one path the last counts, and all are checked.
using SettingsByPath = std::map<std::string, std::vector<Setting>>;

// Throws kConfig naming the setting, what its field accepts and what came.
void check_settings(const std::string& section, Options& options, const SettingsByPath& settings);

// Assigns the last setting of each field. The settings have passed check_settings.
void assign_settings(const std::string& section, Options& options, const SettingsByPath& settings);

}  // namespace kairo
