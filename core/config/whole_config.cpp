#include "core/config/whole_config.h"

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/config/config_file.h"
#include "core/config/yaml_source.h"

namespace kairo {
namespace {

std::string top_of(const std::string& section) { return section.substr(0, section.find('.')); }

}  // namespace

Sections WholeConfig::sections(const Sections& of_probes) {
  Sections all = run.sections();
  all.emplace_back("probes", &probes);
  all.emplace_back("probes.processing", &probes.processing);
  all.insert(all.end(), of_probes.begin(), of_probes.end());
  all.emplace_back("transitions", &transitions);
  all.emplace_back("output", &output);
  return all;
}

std::vector<std::string> other_sections(const Sections& bound) {
  WholeConfig whole;
  std::vector<std::string> names;
  for (const auto& [section, options] : whole.sections()) {
    const std::string name = top_of(section);
    const auto is_it = [&](const auto& each) { return top_of(each.first) == name; };
    const bool is_bound = std::any_of(bound.begin(), bound.end(), is_it);
    const bool is_known = std::find(names.begin(), names.end(), name) != names.end();
    if (!is_bound && !is_known) names.push_back(name);
  }
  return names;
}

void check_whole_config(const std::string& file) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorKind::kNotFound)
        .at(file)
        .fact("there is no resolved configuration here")
        .hint("the folder holds no whole run");
  }
  if (read_yaml(file).IsNull()) {
    throw Error(ErrorKind::kCorrupt)
        .at(file)
        .fact("the run's resolved configuration is empty")
        .hint("/config of every full checkpoint is a copy");
  }
  OutputOptions output;
  ConfigBinder binder;
  binder.bind("output", output);
  for (const std::string& other : other_sections({{"output", &output}})) binder.pass_over(other);
  binder.load(file, {});
  if (binder.provenance().at("output.base_dir") != "default") return;
  throw Error(ErrorKind::kCorrupt)
      .at(file)
      .fact("the file is cut: output.base_dir, its last key, is missing")
      .hint("/config of every full checkpoint is a copy");
}

}  // namespace kairo
