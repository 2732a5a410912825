// Where analyze writes figures and reports. Each label of records has files of its own, so that
// those of another label never replace the default ones:
//
//   default   figures/          report.json          report.md          report.html
//   long      figures-long/     report-long.json     report-long.md     report-long.html
//
// Thread rule: pure, but for set_aside.
#pragma once

#include <string>

#include "core/store/run_directory.h"

namespace kairo {

// Of the records that programs write and read unless --label names others.
inline constexpr const char* kDefaultLabel = "default";

// "" for the default label, else "-<label>". kUsage for an unsafe label.
std::string label_suffix(const std::string& label);

std::string figures_path(const RunDirectory& run, const std::string& label);  // folder
std::string report_path(const RunDirectory& run, const std::string& extension,
                        const std::string& label);

// Moves `file` of `folder` to `folder`/earlier/, where there is one: an old result that must not
// pass for one of this call, and that may be the only copy. kIo.
void set_aside(const std::string& folder, const std::string& file);

}  // namespace kairo
