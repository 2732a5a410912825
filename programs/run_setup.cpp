#include "programs/run_setup.h"

#include <unistd.h>

#include <filesystem>

#include "core/base/error.h"
#include "core/files/file_descriptor.h"

namespace kairo {

void bind_settings(ConfigBinder& binder, RunSettings& settings, const Sections& of_probes) {
  binder.bind(settings.sections(of_probes));
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

void prepare_results(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && ::access(folder.c_str(), W_OK) == 0) return;
  throw Error(ErrorKind::kIo)
      .at(folder)
      .fact("results cannot be written into this folder: " +
            (error ? error.message() : system_cause()))
      .hint("results of runs that may only be read go to --results-dir DIR, a folder of your own");
}

}  // namespace kairo
