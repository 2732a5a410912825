// The whole configuration of a run as option structs: what train and the programs that read runs
// share.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/config/config_file.h"
#include "core/store/run_directory.h"
#include "training/run/run_options.h"

namespace kairo {

struct RunSettings {
  RunOptions run;
  ProbesOptions probes;
  TransitionsOptions transitions;
  OutputOptions output;

  RunDirectory directory() const { return {output.base_dir, run.experiment.name}; }
};

// Further sections and where their values go: {"probes.logit_lens", &options}, ...
using FurtherSections = std::vector<std::pair<std::string, Options*>>;

// All must outlive the binder.
void bind_settings(ConfigBinder& binder, RunSettings& settings, const FurtherSections& further);

// What a run was made with, from its config.yaml; fills `further` too. Throws as check_whole_config
// (core/config/whole_config.h).
RunSettings settings_of_run(const RunDirectory& directory, const FurtherSections& further);

}  // namespace kairo
