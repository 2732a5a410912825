// The probes' own keys, probes.<name>.*, so that every program accepts them in a config.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "probes/registry.h"
#include "programs/run_setup.h"

namespace kairo {

struct ProbeSections {
  std::vector<std::unique_ptr<Probe>> probes = make_probes();

  // For bind_settings; points into `probes`.
  Sections sections() const {
    Sections all;
    for (const auto& probe : probes) {
      all.emplace_back(std::string("probes.") + probe->name(), &probe->options());
    }
    return all;
  }
};

}  // namespace kairo
