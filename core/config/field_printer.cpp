#include "core/config/field_printer.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "core/config/field_values.h"

namespace kairo {
namespace {

// Comments behind longer lines than this do not push the column of all others to the right.
constexpr std::size_t kLastCommentColumn = 60;

// Texts that other YAML readers would take for a number or a truth value are quoted, though ours
// knows the field's type: "0123456789" is an alphabet, not 123456789. So are control characters,
// of which yaml-cpp writes some as they are.
void emit_text(YAML::Emitter& emitter, const std::string& text) {
  const YAML::Node plain(text);
  double number = 0;
  bool flag = false;
  const bool misleading =
      YAML::convert<double>::decode(plain, number) || YAML::convert<bool>::decode(plain, flag);
  const bool has_control =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (misleading || has_control) emitter << YAML::DoubleQuoted;
  emitter << text;
}

void emit(YAML::Emitter& emitter, bool flag) { emitter << (flag ? "true" : "false"); }
void emit(YAML::Emitter& emitter, int64_t number) { emitter << number; }
void emit(YAML::Emitter& emitter, double number) { emitter << shortest(number); }
void emit(YAML::Emitter& emitter, const std::string& text) { emit_text(emitter, text); }

template <typename Item>
void emit(YAML::Emitter& emitter, const std::vector<Item>& items) {
  emitter << YAML::Flow << YAML::BeginSeq;
  for (const Item& item : items) emit(emitter, item);
  emitter << YAML::EndSeq;
}

struct YamlLine {
  std::string text;
  std::string comment;
};

// The next component of `path` from `begin` on.
std::string component(const std::string& path, std::size_t begin) {
  return path.substr(begin, path.find('.', begin) - begin);
}

// `entries` share their first `begin` characters, which end in a dot or are none.
void add_lines(const std::vector<YamlEntry>& entries, std::size_t begin, std::size_t indent,
               std::vector<YamlLine>& lines) {
  std::vector<std::string> seen;
  for (const YamlEntry& entry : entries) {
    const std::string name = component(entry.path, begin);
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    seen.push_back(name);
    const std::string key = std::string(indent, ' ') + name + ":";
    if (begin + name.size() == entry.path.size()) {
      lines.push_back({key + " " + entry.value, entry.comment});
      continue;
    }
    lines.push_back({key, ""});
    const std::string prefix = entry.path.substr(0, begin + name.size() + 1);
    std::vector<YamlEntry> inside;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(inside),
                 [&](const YamlEntry& each) { return each.path.rfind(prefix, 0) == 0; });
    add_lines(inside, prefix.size(), indent + 2, lines);
  }
}

}  // namespace

std::string value_text(const Field& field) {
  YAML::Emitter emitter;
  std::visit([&](const auto& value) { emit(emitter, value); }, field.value());
  return emitter.c_str();
}

Values values_by_path(const Sections& sections) {
  Values values;
  for (const auto& [section, options] : sections) {
    for (const Field& field : options->fields()) {
      values.push_back({section + "." + field.name, value_text(field), field.role});
    }
  }
  return values;
}

std::string yaml_of(const std::vector<YamlEntry>& entries) {
  std::vector<YamlLine> lines;
  add_lines(entries, 0, 0, lines);
  std::size_t column = 0;
  for (const YamlLine& line : lines) {
    if (line.text.size() <= kLastCommentColumn) column = std::max(column, line.text.size());
  }
  std::string yaml;
  for (const YamlLine& line : lines) {
    yaml += line.text;
    if (!line.comment.empty()) {
      const std::size_t gap = column > line.text.size() ? column - line.text.size() : 0;
      yaml += std::string(gap, ' ') + "  # " + line.comment;
    }
    yaml += "\n";
  }
  return yaml;
}

}  // namespace kairo
