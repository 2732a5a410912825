#include "analysis/run_config.h"

#include "core/config/config_file.h"
#include "core/config/whole_config.h"

namespace kairo {

RunOptions read_run_config(const std::string& file) {
  check_whole_config(file);
  RunOptions run;
  ConfigBinder binder;
  binder.bind(run.sections());
  for (const std::string& other : other_sections(run.sections())) binder.pass_over(other);
  binder.load(file, {});
  return run;
}

}  // namespace kairo
