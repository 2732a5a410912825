// Where settings come from: YAML files with their parents, and command line overrides. Knows
// sections, not fields: types and ranges are checked by core/config/field_reader.h.
#pragma once

#include <yaml-cpp/yaml.h>

#include <set>
#include <string>
#include <vector>

namespace kairo {

// One `path: value` as somebody wrote it.
struct Setting {
  std::string path;  // "data.k"
  // Constant, since assigning to a YAML::Node changes the node itself, in every copy.
  const YAML::Node value;
  std::string origin;  // "configs/base.yaml:12" or "command line"
  std::string
      where;  // what an error begins with: "configs/base.yaml:12: data.k", "override data.k=x"
  bool from_command_line = false;
};

// The one document of a text, null where it is empty. Throws YAML::Exception: syntax, several
// documents (yaml-cpp finds no end of them in ","), control characters, which YAML forbids.
YAML::Node parse_yaml(const std::string& text);

// The one document of a YAML file, null where it is empty. Throws kConfig with file and line:
// unreadable or over 1 MiB, YAML syntax, several documents.
YAML::Node read_yaml(const std::string& file);

// All settings of `file` and its parents, the eldest parent first. `sections` are the paths that
// hold further keys ("model", "probes.logit_lens"). Throws what read_yaml throws,
// and kConfig: a key given twice, a section that is no mapping, a missing parent, parents in a
// circle.
std::vector<Setting> read_config(const std::string& file, const std::set<std::string>& sections);

// "data.k=20". The value is taken to the letter; lists are split when their field is read. Throws
// kUsage where there is no "=" or nothing before it.
Setting parse_override(const std::string& text);

}  // namespace kairo
