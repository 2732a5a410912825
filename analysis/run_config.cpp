#include "analysis/run_config.h"

#include "core/config/config_file.h"
#include "core/config/whole_config.h"

namespace kairo {

std::vector<std::pair<std::string, Options*>> RunConfig::sections() {
  return {{"experiment", &experiment},
          {"task", &task},
          {"data", &data},
          {"model", &model},
          {"training", &training}};
}

RunConfig read_run_config(const std::string& file) {
  check_whole_config(file);
  RunConfig config;
  ConfigBinder binder;
  for (const auto& [section, values] : config.sections()) binder.bind(section, *values);
  for (const char* other : {"probes", "transitions", "output"}) binder.pass_over(other);
  binder.load(file, {});
  return config;
}

}  // namespace kairo
