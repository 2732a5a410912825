// Options as text: every field with its value, what it accepts and its help.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config/fields.h"

namespace kairo {

struct FieldText {
  std::string name;
  std::string value;    // as YAML in one line, quoted where it must be; lists as [a, b]
  std::string accepts;  // "an integer >= 1"
  std::string help;
};

// In the order of the options' own list.
std::vector<FieldText> fields_of(Options& options);

// {"data.k", "10"} for every field of these sections, in their order.
std::vector<std::pair<std::string, std::string>> values_by_path(
    const std::vector<std::pair<std::string, Options*>>& sections);

// One `path: value` of a YAML file, with a comment for its line's end ("": none).
struct YamlEntry {
  std::string path;  // "probes.logit_lens.positions"
  std::string value;
  std::string comment;
};

// Entries as nested YAML sections in order of first appearance, the comments in one column.
std::string yaml_of(const std::vector<YamlEntry>& entries);

}  // namespace kairo
