// Options as text: every field with its value.
#pragma once

#include <string>
#include <vector>

#include "core/config/fields.h"

namespace kairo {

// As YAML in one line, quoted where it must be; lists as [a, b].
std::string value_text(const Field& field);

struct PathValue {
  std::string path;   // "data.k"
  std::string value;  // value_text
  Role role = Role::kDecides;
};
using Values = std::vector<PathValue>;

// Every field of these sections, in their order.
Values values_by_path(const Sections& sections);

// One `path: value` of a YAML file, with a comment for its line's end ("": none).
struct YamlEntry {
  std::string path;  // "probes.logit_lens.positions"
  std::string value;
  std::string comment;
};

// Entries as nested YAML sections in order of first appearance, the comments in one column.
std::string yaml_of(const std::vector<YamlEntry>& entries);

}  // namespace kairo
