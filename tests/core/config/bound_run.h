// Every section of a run's config, bound: what tests and fuzzers load a whole config into.
#pragma once

#include "core/config/config_file.h"
#include "core/config/whole_config.h"

namespace kairo {

struct BoundRun : WholeConfig {
  BoundRun() {
    for (const auto& [section, options] : sections()) binder.bind(section, *options);
  }

  ConfigBinder binder;
};

}  // namespace kairo
