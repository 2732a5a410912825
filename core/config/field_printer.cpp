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

template <typename Value, typename Emit>
std::string list_text(const std::vector<Value>& values, Emit emit) {
  YAML::Emitter emitter;
  emitter << YAML::Flow << YAML::BeginSeq;
  for (const Value& value : values) emit(emitter, value);
  emitter << YAML::EndSeq;
  return emitter.c_str();
}

class FieldLister : public FieldVisitor {
 public:
  std::vector<FieldText> fields;

  void integer(const char* name, int64_t& value, IntRange range, const char* help) override {
    add(name, std::to_string(value), describe(range), help);
  }
  void real(const char* name, double& value, RealRange range, const char* help) override {
    add(name, shortest(value), describe(range), help);
  }
  void flag(const char* name, bool& value, const char* help) override {
    add(name, value ? "true" : "false", describe_flag(), help);
  }
  void text(const char* name, std::string& value, const std::vector<std::string>& choices,
            const char* help) override {
    YAML::Emitter emitter;
    emit_text(emitter, value);
    add(name, emitter.c_str(), describe(choices), help);
  }
  void integers(const char* name, std::vector<int64_t>& value, IntRange each,
                const char* help) override {
    const auto emit = [](YAML::Emitter& out, int64_t item) { out << item; };
    add(name, list_text(value, emit), describe_list_of(each), help);
  }
  void reals(const char* name, std::vector<double>& value, RealRange each,
             const char* help) override {
    const auto emit = [](YAML::Emitter& out, double item) { out << shortest(item); };
    add(name, list_text(value, emit), describe_list_of(each), help);
  }
  void texts(const char* name, std::vector<std::string>& value,
             const std::vector<std::string>& choices, const char* help) override {
    add(name, list_text(value, emit_text), describe_list_of(choices), help);
  }

 private:
  void add(const char* name, std::string value, std::string accepts, const char* help) {
    fields.push_back({name, std::move(value), std::move(accepts), help});
  }
};

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

std::vector<FieldText> fields_of(Options& options) {
  FieldLister lister;
  options.visit(lister);
  return lister.fields;
}

std::vector<std::pair<std::string, std::string>> values_by_path(
    const std::vector<std::pair<std::string, Options*>>& sections) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const auto& [section, options] : sections) {
    for (const FieldText& field : fields_of(*options)) {
      values.emplace_back(section + "." + field.name, field.value);
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
