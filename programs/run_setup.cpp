#include "programs/run_setup.h"

#include "core/config/whole_config.h"

namespace kairo {

void bind_settings(ConfigBinder& binder, RunSettings& settings, const FurtherSections& further) {
  binder.bind("experiment", settings.run.experiment);
  binder.bind("task", settings.run.task);
  binder.bind("data", settings.run.data);
  binder.bind("model", settings.run.model);
  binder.bind("training", settings.run.training);
  binder.bind("probes", settings.probes);
  binder.bind("probes.processing", settings.probes.processing);
  for (const auto& [section, options] : further) binder.bind(section, *options);
  binder.bind("transitions", settings.transitions);
  binder.bind("output", settings.output);
}

RunSettings settings_of_run(const RunDirectory& directory, const FurtherSections& further) {
  const std::string file = directory.config_file();
  check_whole_config(file);
  RunSettings settings;
  ConfigBinder binder;
  bind_settings(binder, settings, further);
  binder.load(file, {});
  return settings;
}

}  // namespace kairo
