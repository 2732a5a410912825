// A run's whole configuration: what it computes, how it is analyzed, where it is kept.
//
// A run's config.yaml is read by programs long after the run: what is missing of a file that was
// cut would silently be a default. Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "core/config/run_options.h"

namespace kairo {

struct WholeConfig {
  RunOptions run;
  ProbesOptions probes;
  TransitionsOptions transitions;
  OutputOptions output;

  // In the order of a resolved config; `of_probes` are the probes' own ("probes.logit_lens").
  // Points into this.
  Sections sections(const Sections& of_probes = {});
};

// The names of all sections at the top of a config ("model", "probes") but those in `bound`.
std::vector<std::string> other_sections(const Sections& bound);

// Whether the resolved configuration in `file` is there to its end, which is output.base_dir.
// kNotFound, kCorrupt; kConfig where it cannot be read.
void check_whole_config(const std::string& file);

}  // namespace kairo
