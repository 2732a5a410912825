// A run's config.yaml is read by programs long after the run: what is missing of a file that was
// cut would silently be a default. Thread rule: pure.
#pragma once

#include <string>

namespace kairo {

// Whether the resolved configuration in `file` is there to its end, which is output.base_dir.
// kNotFound, kCorrupt; kConfig where it cannot be read.
void check_whole_config(const std::string& file);

}  // namespace kairo
