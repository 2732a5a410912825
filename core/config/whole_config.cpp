#include "core/config/whole_config.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/config/config_file.h"
#include "core/config/options.h"
#include "core/config/yaml_source.h"

namespace kairo {

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
  for (const char* section :
       {"experiment", "task", "data", "model", "training", "probes", "transitions"}) {
    binder.pass_over(section);
  }
  binder.bind("output", output);
  binder.load(file, {});
  if (binder.provenance().at("output.base_dir") != "default") return;
  throw Error(ErrorKind::kCorrupt)
      .at(file)
      .fact("the file is cut: output.base_dir, its last key, is missing")
      .hint("/config of every full checkpoint is a copy");
}

}  // namespace kairo
