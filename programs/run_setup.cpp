#include "programs/run_setup.h"

namespace kairo {

void bind_settings(ConfigBinder& binder, RunSettings& settings, const Sections& of_probes) {
  for (const auto& [section, options] : settings.sections(of_probes)) {
    binder.bind(section, *options);
  }
}

RunSettings settings_of_run(const RunDirectory& directory, const Sections& of_probes) {
  const std::string file = directory.config_file();
  check_whole_config(file);
  RunSettings settings;
  ConfigBinder binder;
  bind_settings(binder, settings, of_probes);
  binder.load(file, {});
  return settings;
}

}  // namespace kairo
