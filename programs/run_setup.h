// The whole configuration of a run as option structs: what train and the programs that read runs
// share.
#pragma once

#include <string>

#include "core/config/config_file.h"
#include "core/config/whole_config.h"
#include "core/store/run_directory.h"
#include "training/run/run_options.h"

namespace kairo {

struct RunSettings : WholeConfig {
  RunDirectory directory() const { return {output.base_dir, run.experiment.name}; }
};

// `of_probes` are the probes' own sections. All must outlive the binder.
void bind_settings(ConfigBinder& binder, RunSettings& settings, const Sections& of_probes);

// What a run was made with, from its config.yaml; fills `of_probes` too. Throws as
// check_whole_config (core/config/whole_config.h).
RunSettings settings_of_run(const RunDirectory& directory, const Sections& of_probes);

// Makes a folder of results. kIo naming --results-dir if this user may not write there.
void prepare_results(const std::string& folder);

}  // namespace kairo
