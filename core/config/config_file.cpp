#include "core/config/config_file.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/base/word_wrap.h"
#include "core/config/field_printer.h"
#include "core/config/field_reader.h"
#include "core/config/field_values.h"
#include "core/config/key_alias.h"
#include "core/config/yaml_source.h"

namespace kairo {
namespace {

std::string hint_for(const std::string& path, const std::vector<std::string>& known) {
  if (known.empty()) return "there are no keys here";
  const std::string alias = key_of_alias(path);
  if (std::find(known.begin(), known.end(), alias) != known.end()) {
    return "did you mean " + alias + "?";
  }
  const std::string nearest = did_you_mean(path, known);
  return nearest.empty() ? "--help-config lists all keys" : nearest;
}

void decide_fields(const std::string& section, Options& options, const SettingsByPath& settings) {
  const char* field = options.deciding_field();
  if (field == nullptr) return;
  const auto given = settings.find(section + "." + field);
  if (given == settings.end()) return;
  const SettingsByPath alone = {*given};
  check_settings(section, options, alone);
  assign_settings(section, options, alone);
}

}  // namespace

void ConfigBinder::bind(const std::string& section, Options& options) {
  sections_.emplace_back(section, &options);
}

void ConfigBinder::bind(const Sections& sections) {
  sections_.insert(sections_.end(), sections.begin(), sections.end());
}

void ConfigBinder::load(const std::string& name, const std::vector<std::string>& overrides) {
  std::vector<Setting> settings;
  if (!name.empty()) {
    std::set<std::string> section_names;
    for (const auto& [section, options] : sections_) section_names.insert(section);
    settings = read_config(find_config(name), section_names);
  }
  for (const std::string& each : overrides) settings.push_back(parse_override(each));
  SettingsByPath by_path;
  for (const Setting& setting : settings) by_path[setting.path].push_back(setting);
  for (const auto& [section, options] : sections_) decide_fields(section, *options, by_path);
  require_right(settings);

  for (const auto& [section, options] : sections_) assign_settings(section, *options, by_path);

  provenance_.clear();
  for (const std::string& path : paths()) provenance_[path] = "default";
  for (const Setting& setting : settings) provenance_[setting.path] = setting.origin;
}

bool ConfigBinder::is_passed_over(const std::string& path) const {
  return std::any_of(passed_over_.begin(), passed_over_.end(),
                     [&](const std::string& prefix) { return path.rfind(prefix, 0) == 0; });
}

void ConfigBinder::require_right(const std::vector<Setting>& settings) const {
  const std::vector<std::string> known = paths();
  std::vector<Error> faults;
  for (const Setting& setting : settings) {
    try {
      require_known(setting, known);
      const SettingsByPath alone = {{setting.path, {setting}}};
      for (const auto& [section, options] : sections_) check_settings(section, *options, alone);
    } catch (const Error& error) {
      faults.push_back(error);
    }
  }
  if (faults.empty()) return;
  if (faults.size() == 1) throw faults.front();
  std::string all;
  for (const Error& each : faults) all += (all.empty() ? "" : "; ") + std::string(each.what());
  throw Error(ErrorKind::kConfig)
      .fact(std::to_string(faults.size()) + " settings are wrong: " + all);
}

void ConfigBinder::require_known(const Setting& setting,
                                 const std::vector<std::string>& known) const {
  std::vector<std::string> section_names;
  for (const auto& [section, options] : sections_) section_names.push_back(section);
  // A section of which nothing is bound comes whole.
  const std::string whole = setting.value.IsMap() ? setting.path + "." : setting.path;
  if (std::find(known.begin(), known.end(), setting.path) != known.end() || is_passed_over(whole))
    return;
  const std::string where = setting.from_command_line ? setting.where : setting.origin;
  const std::string path = shown(setting.path);
  if (setting.value.IsMap()) {
    throw Error(ErrorKind::kConfig)
        .at(where)
        .fact("unknown section " + path)
        .hint(did_you_mean(path, section_names));
  }
  const auto section = std::find(section_names.begin(), section_names.end(), setting.path);
  if (section != section_names.end()) {
    throw Error(ErrorKind::kConfig)
        .at(where)
        .fact(path + " is a section, not a key")
        .hint("write " + path + ".KEY=VALUE");
  }
  throw Error(ErrorKind::kConfig).at(where).fact("unknown key " + path).hint(hint_for(path, known));
}

std::string ConfigBinder::to_yaml(bool with_provenance) const {
  std::vector<YamlEntry> entries;
  for (const auto& [section, options] : sections_) {
    for (const Field& field : options->fields()) {
      const std::string path = section + "." + field.name;
      const auto origin = provenance_.find(path);
      const std::string comment = origin == provenance_.end() ? "default" : origin->second;
      entries.push_back({path, value_text(field), with_provenance ? comment : ""});
    }
  }
  return yaml_of(entries);
}

std::string ConfigBinder::help(std::size_t width, const std::string& prefix) const {
  std::string text;
  for (const auto& [section, options] : sections_) {
    for (const Field& field : options->fields()) {
      if ((section + "." + field.name).rfind(prefix, 0) != 0) continue;
      text += wrapped(section + "." + field.name + " = " + value_text(field), width, 0);
      text += wrapped(field.help, width, 4);
      text += wrapped("(" + describe(field) + ")", width, 4);
    }
  }
  if (!text.empty() || prefix.empty()) return text;
  throw Error(ErrorKind::kUsage)
      .at("--help-config")
      .fact("no key begins with " + shown(prefix))
      .hint(hint_for(prefix, paths()));
}

std::vector<std::string> ConfigBinder::paths() const {
  std::vector<std::string> all;
  for (const auto& [section, options] : sections_) {
    for (const Field& field : options->fields()) all.push_back(section + "." + field.name);
  }
  return all;
}

}  // namespace kairo
